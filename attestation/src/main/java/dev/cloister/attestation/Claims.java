package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.time.Instant;

/** What genuine evidence says. */
public sealed interface Claims permits SnpClaims, TdxClaims {

  /** The root that the chain ends in. */
  TrustAnchor root();

  /** 64 bytes that the asker chose. */
  Bytes reportData();

  /** What the host gave at launch: HOST_DATA of SNP, 32 bytes; MRCONFIGID of TDX, 48 bytes. */
  Bytes hostData();

  /** The time of the check. */
  Instant at();

  /** The time in which certificates, revocation lists and other collateral are all valid. */
  Validity validity();

  /**
   * When the last of certificates, revocation lists and other collateral begins to be valid: the
   * same answer would be given at any time from then to {@link #validUntil}.
   */
  default Instant validFrom() {
    return validity().from();
  }

  /** When the first of certificates, revocation lists and other collateral expires. */
  default Instant validUntil() {
    return validity().until();
  }

  /** Whether current revocation lists were there. */
  boolean revocationChecked();

  /**
   * Whether the host gave this digest of the initdata at launch: HOST_DATA of SNP; MRCONFIGID of
   * TDX, all 48 bytes of it, the digest followed by zeros.
   *
   * @param digest 32 bytes
   */
  boolean isOfInitdata(Bytes digest);

  /** The claims as an object; bytes in lower-case hexadecimal, times in RFC 3339. */
  Json.Obj toJson();
}
