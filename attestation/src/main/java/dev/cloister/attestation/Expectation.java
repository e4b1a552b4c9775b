package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;

/**
 * What evidence must carry beside the reference value: the answer to the asker's own question, and
 * the initdata that the VM should have.
 *
 * @param reportData 64 bytes, see {@link ReportData}
 * @param hostData 32 bytes each: one of them must be there; empty where it is not compared
 * @param hostDataCompared whether host data is compared
 */
public record Expectation(Bytes reportData, List<Bytes> hostData, boolean hostDataCompared) {

  /**
   * @throws CloisterException with {@link AttestationError#EXPECTATION_INVALID} where a size is
   *     wrong, or host data is to be compared with nothing
   */
  public Expectation {
    hostData = List.copyOf(hostData);
    if (reportData.size() != ReportData.SIZE) {
      throw invalid("report data of " + reportData.size() + " bytes");
    }
    for (Bytes digest : hostData) {
      if (digest.size() != 32) {
        throw invalid("host data of " + digest.size() + " bytes");
      }
    }
    if (hostDataCompared == hostData.isEmpty()) {
      throw invalid("no host data to compare with");
    }
  }

  /**
   * The VM must have exactly this initdata.
   *
   * @param reportData 64 bytes
   * @param hostData 32 bytes: SHA-256 of the initdata document
   */
  public static Expectation of(Bytes reportData, Bytes hostData) {
    return new Expectation(reportData, List.of(hostData), true);
  }

  /** The VM must have one of these initdata; the claims tell which. */
  public static Expectation ofAnyHostData(Bytes reportData, List<Bytes> hostData) {
    return new Expectation(reportData, hostData, true);
  }

  /** The caller compares host data himself, from the claims. */
  public static Expectation withoutHostData(Bytes reportData) {
    return new Expectation(reportData, List.of(), false);
  }

  private static CloisterException invalid(String detail) {
    return new CloisterException(AttestationError.EXPECTATION_INVALID, "expectation", detail);
  }
}
