package dev.cloister.channel;

import dev.cloister.encoding.CloisterException;

/**
 * The steps of the channel, in their order. Every refusal of this module names its step in {@link
 * CloisterException#where()}.
 */
public enum Step {
  /** The responder takes the connection in, before it reads a byte. */
  ADMISSION("admission"),
  /** The TLS 1.3 handshake with fresh certificates. */
  TLS("tls"),
  /** The public keys of both ends, which must differ. */
  KEYS("keys"),
  /** Message 1, initiator to responder: what for. */
  HELLO("hello"),
  /** Message 2, responder to initiator: nonce and ML-KEM key. */
  CHALLENGE("challenge"),
  /** Message 3, responder to initiator: the responder's evidence. */
  EVIDENCE("evidence"),
  /** Message 4, initiator to responder: the initiator's evidence or none, and the ciphertext. */
  PROOF("proof"),
  /** Message 5, both ways: key confirmation. */
  FINISHED("finished"),
  /** Application data. */
  DATA("data"),
  /** The exchange repeated on the live connection. */
  RENEWAL("renewal"),
  /** A secret wrapped under the post-quantum key. */
  WRAP("wrap");

  private final String text;

  Step(String text) {
    this.text = text;
  }

  /** The word that refusals name. */
  public String text() {
    return text;
  }

  CloisterException refuse(ChannelError code, String detail) {
    return new CloisterException(code, text, detail);
  }

  CloisterException refuse(ChannelError code, String detail, Throwable cause) {
    return new CloisterException(code, text, detail, cause);
  }
}
