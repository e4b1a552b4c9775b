package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.Head;
import java.util.Arrays;

/**
 * What makes one TLS session different from every other, as one end sees it.
 *
 * @param exporter 32 bytes of exported keying material (RFC 8446 section 7.5)
 * @param initiatorKey SubjectPublicKeyInfo of the initiator's certificate
 * @param responderKey SubjectPublicKeyInfo of the responder's certificate
 */
record SessionBinding(Secret exporter, Bytes initiatorKey, Bytes responderKey) {

  private static final String BOUND = "cloister/channel/session/v1";
  private static final String MESSAGES = "cloister/channel/messages/v1";

  /** The responder's leaf: over messages 1 and 2, and its newest transition. */
  Bytes responderLeaf(Purpose purpose, Bytes messages, Head head) {
    return bound("responder", purpose, messages)
        .add(head.number())
        .add(EvidenceMessage.digestOf(head))
        .sha256();
  }

  /** What the initiator's evidence is about: messages 1 to 3, and the KEM ciphertext. */
  Bytes initiatorWhat(Purpose purpose, Bytes messages, Bytes ciphertext) {
    Bytes digest = bound("initiator", purpose, messages).add(ciphertext).sha256();
    return Transcript.of("cloister/channel/initiator/v1").add(digest).toBytes();
  }

  private Transcript bound(String role, Purpose purpose, Bytes messages) {
    byte[] exported = exporter.expose(SecretAccess.INSTANCE);
    try {
      return Transcript.of(BOUND)
          .add(role)
          .add(purpose.text())
          .add(Bytes.of(exported))
          .add(messages)
          .add(initiatorKey)
          .add(responderKey);
    } finally {
      Arrays.fill(exported, (byte) 0);
    }
  }

  /** SHA-256 over the messages so far, as they were sent. */
  static Bytes messages(Bytes... bodies) {
    Transcript transcript = Transcript.of(MESSAGES);
    for (Bytes body : bodies) {
      transcript.add(body);
    }
    return transcript.sha256();
  }
}
