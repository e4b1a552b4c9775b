package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Instant;

/**
 * The time in which something that a vendor signed is valid.
 *
 * @param from first second: a certificate's notBefore, a revocation list's thisUpdate, the issue
 *     date of Intel's collateral
 * @param until last second: notAfter, nextUpdate
 */
public record Validity(Instant from, Instant until) {

  /** The time in which both are valid. */
  public Validity and(Validity other) {
    return new Validity(
        from.isAfter(other.from) ? from : other.from,
        until.isBefore(other.until) ? until : other.until);
  }

  /** Whether the time is in it. */
  public boolean includes(Instant at) {
    return !at.isBefore(from) && !at.isAfter(until);
  }

  /**
   * What a certificate of AMD says of itself, unchecked.
   *
   * @param der its DER
   * @throws CloisterException with an {@link AttestationError}
   */
  public static Validity ofAmdCertificate(Bytes der) {
    return VendorCertificate.parse(der, SignatureAlgorithm.PSS_SHA384, "sent").validity();
  }

  /** The same of a revocation list of AMD. */
  public static Validity ofAmdList(Bytes der) {
    return VendorRevocationList.parse(der, SignatureAlgorithm.PSS_SHA384, "crl").validity();
  }

  /** The same of a revocation list of Intel. */
  public static Validity ofIntelList(Bytes der) {
    return VendorRevocationList.parse(der, SignatureAlgorithm.ECDSA_SHA256, "crl").validity();
  }

  /**
   * The same of TCB info.
   *
   * @param body as Intel serves it
   */
  public static Validity ofTcbInfo(Bytes body) {
    TcbInfo info = TcbInfo.read(SignedJson.read(body, "tcbInfo", TcbInfo.PATH).content());
    return info.validity();
  }

  /** The same of a QE identity. */
  public static Validity ofQeIdentity(Bytes body) {
    QeIdentity identity =
        QeIdentity.read(SignedJson.read(body, "enclaveIdentity", QeIdentity.PATH).content());
    return identity.validity();
  }
}
