package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;

/** Message 5, both ways: HMAC-SHA256 over what both ends saw. */
record FinishedMessage(Bytes mac) {

  static final String DOMAIN = "cloister/channel/finished/v1";
  static final int MAX_SIZE = 128;

  Bytes encode() {
    return Transcript.of(DOMAIN).add(mac).toBytes();
  }

  static FinishedMessage decode(Bytes body) {
    FieldReader fields = new FieldReader(body, DOMAIN, Step.FINISHED);
    FinishedMessage message = new FinishedMessage(fields.exactly("mac", 32));
    fields.end();
    return message;
  }
}
