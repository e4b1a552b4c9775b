package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;

/**
 * Message 1, initiator to responder.
 *
 * @param round 1 for the first exchange of a connection, then one more each time
 * @param previous digest of the preceding round's messages, zeros in the first
 */
record HelloMessage(
    long round, Bytes previous, Bytes pin, String purpose, String wanted, Bytes nonce) {

  static final String DOMAIN = "cloister/channel/hello/v1";
  static final int MAX_SIZE = 512;

  Bytes encode() {
    return Transcript.of(DOMAIN)
        .add(round)
        .add(previous)
        .add(pin)
        .add(purpose)
        .add(wanted)
        .add(nonce)
        .toBytes();
  }

  static HelloMessage decode(Bytes body) {
    FieldReader fields = new FieldReader(body, DOMAIN, Step.HELLO);
    HelloMessage message =
        new HelloMessage(
            fields.number("round", Long.MAX_VALUE),
            fields.exactly("previous", 32),
            fields.exactly("pin", 32),
            fields.text("purpose", 16),
            fields.text("wanted", 16),
            fields.exactly("nonce", 32));
    fields.end();
    return message;
  }
}
