package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;

/** Evidence of one kind, with what travels beside it. */
public sealed interface Evidence permits SnpEvidence, TdxEvidence {

  /**
   * Evidence as it travels.
   *
   * @param report the report or quote
   * @param certificates for SNP the table of GHCB 4.1.8.1; for TDX the collateral as {@link
   *     TdxCollateral#toBytes} writes it, empty where there is none
   * @throws CloisterException where the certificates are malformed
   */
  static Evidence of(EvidenceType type, Bytes report, Bytes certificates) {
    return switch (type) {
      case SNP -> SnpEvidence.of(report, certificates);
      case TDX ->
          new TdxEvidence(
              report,
              List.of(),
              certificates.isEmpty() ? TdxCollateral.none() : TdxCollateral.parse(certificates));
    };
  }

  /** Evidence with nothing beside it, which says something but cannot be checked. */
  static Evidence bare(EvidenceType type, Bytes report) {
    return switch (type) {
      case SNP -> new SnpEvidence(report, List.of(), List.of());
      case TDX -> new TdxEvidence(report, List.of(), TdxCollateral.none());
    };
  }

  /** Its kind. */
  EvidenceType type();

  /**
   * The 64 bytes that the evidence says the asker chose; nothing vouches for them yet.
   *
   * @throws CloisterException where the evidence is malformed
   */
  Bytes claimedReportData();

  /**
   * What the evidence says that the host gave at launch: 32 bytes of SNP, 48 of TDX; nothing
   * vouches for it yet.
   *
   * @throws CloisterException where the evidence is malformed
   */
  Bytes claimedHostData();

  /**
   * Whether the evidence says that the host gave this digest of the initdata at launch; nothing
   * vouches for it yet.
   *
   * @param digest 32 bytes
   * @throws CloisterException where the evidence is malformed
   */
  default boolean claimsInitdata(Bytes digest) {
    return claimedHostData().equals(type().hostData(digest));
  }
}
