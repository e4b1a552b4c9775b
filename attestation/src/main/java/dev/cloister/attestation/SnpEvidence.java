package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;

/**
 * A report with what is needed to check it. Nothing in it is trusted because it is there.
 *
 * @param report the bytes of the report
 * @param certificates DER certificates in any order, at most 16
 * @param revocationLists DER revocation lists, at most 4
 */
public record SnpEvidence(Bytes report, List<Bytes> certificates, List<Bytes> revocationLists)
    implements Evidence {

  private static final int MAX_CERTIFICATES = 16;
  private static final int MAX_REVOCATION_LISTS = 4;

  /**
   * @throws CloisterException with {@link AttestationError#EVIDENCE_TOO_LARGE}
   */
  public SnpEvidence {
    certificates = List.copyOf(certificates);
    revocationLists = List.copyOf(revocationLists);
    if (certificates.size() > MAX_CERTIFICATES || revocationLists.size() > MAX_REVOCATION_LISTS) {
      throw new CloisterException(
          AttestationError.EVIDENCE_TOO_LARGE,
          "evidence",
          certificates.size() + " certificates and " + revocationLists.size() + " lists");
    }
  }

  /**
   * The evidence that a VM gives: a report and a certificate table.
   *
   * @throws CloisterException with {@link AttestationError#CERTIFICATE_TABLE_MALFORMED}
   */
  public static SnpEvidence of(Bytes report, Bytes certificateTable) {
    CertificateTable table = CertificateTable.parse(certificateTable);
    return new SnpEvidence(report, table.certificates(), table.revocationLists());
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.SNP;
  }

  @Override
  public Bytes claimedReportData() {
    return SnpReport.parse(report).reportData();
  }

  @Override
  public Bytes claimedHostData() {
    return SnpReport.parse(report).hostData();
  }
}
