package dev.cloister.attestation;

import static dev.cloister.encoding.DerWriter.context;
import static dev.cloister.encoding.DerWriter.integer;
import static dev.cloister.encoding.DerWriter.nothing;
import static dev.cloister.encoding.DerWriter.oid;
import static dev.cloister.encoding.DerWriter.sequence;

import dev.cloister.encoding.Bytes;

/**
 * The one algorithm that AMD signs certificates with: RSASSA-PSS, SHA-384, MGF1 with SHA-384, 48
 * bytes of salt (RFC 4055). AMD also writes the default trailer field out, which strict DER
 * forbids; both forms occur and no other.
 */
final class PssAlgorithm {

  private static final Bytes SHA_384 = sequence(oid("2.16.840.1.101.3.4.2.2"), nothing());
  private static final Bytes PARAMETERS =
      Bytes.concat(
          context(0, SHA_384),
          context(1, sequence(oid("1.2.840.113549.1.1.8"), SHA_384)),
          context(2, integer(48)));

  /** The form without the trailer field. */
  static final Bytes DER = sequence(oid("1.2.840.113549.1.1.10"), sequence(PARAMETERS));

  /** The form with the trailer field. */
  static final Bytes WITH_TRAILER =
      sequence(oid("1.2.840.113549.1.1.10"), sequence(PARAMETERS, context(3, integer(1))));

  private PssAlgorithm() {}

  /** Whether the identifier is one of the two. */
  static boolean isOne(Bytes identifier) {
    return identifier.equals(DER) || identifier.equals(WITH_TRAILER);
  }
}
