package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;
import java.util.List;

/**
 * Message 4, initiator to responder.
 *
 * @param ciphertext ML-KEM-768 ciphertext, 1088 bytes
 * @param evidence one, or none where the purpose asks for none
 */
record ProofMessage(Bytes ciphertext, List<Evidence> evidence) {

  static final String DOMAIN = "cloister/channel/proof/v1";

  /** The most bytes of a message without evidence. */
  static final int MAX_SIZE_WITHOUT = 2048;

  /** The most bytes of a message with evidence. */
  static final int MAX_SIZE_WITH =
      MAX_SIZE_WITHOUT + Evidence.MAX_REPORT + Evidence.MAX_CERTIFICATES + Evidence.MAX_INITDATA;

  Bytes encode() {
    Transcript message = Transcript.of(DOMAIN).add(ciphertext);
    evidence.forEach(one -> EvidenceMessage.addEvidence(message, one));
    return message.toBytes();
  }

  static ProofMessage decode(Bytes body) {
    FieldReader fields = new FieldReader(body, DOMAIN, Step.PROOF);
    Bytes ciphertext = fields.exactly("ciphertext", MlKem.CIPHERTEXT_SIZE);
    List<Evidence> evidence =
        fields.atEnd() ? List.of() : List.of(EvidenceMessage.readEvidence(fields));
    fields.end();
    return new ProofMessage(ciphertext, evidence);
  }
}
