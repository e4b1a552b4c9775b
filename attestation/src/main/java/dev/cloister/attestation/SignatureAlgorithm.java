package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerWriter;

/** What a vendor signs certificates and revocation lists with. Each knows one algorithm only. */
enum SignatureAlgorithm {
  /** AMD: RSASSA-PSS with SHA-384 and 48 bytes of salt (AMD 57230). */
  PSS_SHA384("RSASSA-PSS with SHA-384 and 48 bytes of salt"),
  /** Intel: ecdsa-with-SHA256, without parameters (RFC 5758 section 3.2). */
  ECDSA_SHA256("ECDSA with SHA-256");

  private static final Bytes ECDSA = DerWriter.sequence(DerWriter.oid("1.2.840.10045.4.3.2"));

  private final String text;

  SignatureAlgorithm(String text) {
    this.text = text;
  }

  /** The identifier itself, where it is this algorithm's. */
  Bytes require(Bytes identifier, String path) {
    boolean right =
        switch (this) {
          case PSS_SHA384 -> PssAlgorithm.isOne(identifier);
          case ECDSA_SHA256 -> identifier.equals(ECDSA);
        };
    if (!right) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_SIGNATURE,
          path,
          "signed with another algorithm than " + text);
    }
    return identifier;
  }
}
