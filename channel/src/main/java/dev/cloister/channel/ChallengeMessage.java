package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;

/**
 * Message 2, responder to initiator.
 *
 * @param kemKey ML-KEM-768 encapsulation key, 1184 bytes (FIPS 203)
 */
record ChallengeMessage(Bytes nonce, String wanted, Bytes kemKey) {

  static final String DOMAIN = "cloister/channel/challenge/v1";
  static final int MAX_SIZE = 2048;

  Bytes encode() {
    return Transcript.of(DOMAIN).add(nonce).add(wanted).add(kemKey).toBytes();
  }

  static ChallengeMessage decode(Bytes body) {
    FieldReader fields = new FieldReader(body, DOMAIN, Step.CHALLENGE);
    ChallengeMessage message =
        new ChallengeMessage(
            fields.exactly("nonce", 32),
            fields.text("wanted", 16),
            fields.exactly("kemKey", MlKem.KEY_SIZE));
    fields.end();
    return message;
  }
}
