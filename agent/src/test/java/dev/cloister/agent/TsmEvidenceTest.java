package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class TsmEvidenceTest {

  private static final Bytes DATA = Bytes.ofUtf8("64 bytes").sha512();

  @TempDir private Path reports;

  private TsmEvidence evidence() {
    return new TsmEvidence(reports.toString());
  }

  @Test
  void givesReportAndCertificatesOfItsOwnRequest() throws Exception {
    new FakeTsm(reports).answer(data -> Bytes.concat(Bytes.ofUtf8("report of "), data), 1);
    EvidenceSource.Raw snp = evidence().report(DATA);
    assertThat(snp.report()).isEqualTo(Bytes.concat(Bytes.ofUtf8("report of "), DATA));
    assertThat(snp.certificates()).isEqualTo(Bytes.ofHex("0707"));
  }

  @Test
  void refusesAReportOfAnotherRequestThatCameBetween() throws Exception {
    new FakeTsm(reports).answer(data -> data, 2);
    assertThatThrownBy(() -> evidence().report(DATA))
        .hasMessageStartingWith("CL-AGT-003")
        .hasMessageContaining("another request");
  }

  @Test
  void refusesAnotherProvider() throws Exception {
    FakeTsm tsm = new FakeTsm(reports);
    Files.writeString(tsm.entry().resolve("provider"), "tdx_guest\n");
    assertThatThrownBy(() -> evidence().report(DATA))
        .hasMessageStartingWith("CL-AGT-003")
        .hasMessageContaining("sev_guest");
  }

  @Test
  void refusesAMachineThatOffersNoEvidence() {
    TsmEvidence nowhere = new TsmEvidence(reports.resolve("absent/deep").toString());
    assertThatThrownBy(() -> nowhere.report(DATA)).hasMessageStartingWith("CL-AGT-003");
  }
}
