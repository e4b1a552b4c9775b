package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Collateral as it travels beside a quote. */
class TdxCollateralTest {

  private static Bytes part(String text) {
    return Bytes.ofUtf8(text);
  }

  private static final TdxCollateral WHOLE =
      new TdxCollateral(
          part("info"), part("identity"), part("root list"), part("list"), List.of(part("signer")));

  private static void assertRefused(Bytes text) {
    assertThatThrownBy(() -> TdxCollateral.parse(text))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(AttestationError.COLLATERAL_MALFORMED));
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(TdxCollateral.parse(WHOLE.toBytes())).isEqualTo(WHOLE);
    assertThat(TdxCollateral.parse(TdxCollateral.none().toBytes())).isEqualTo(TdxCollateral.none());
  }

  @Test
  void refusesEveryOtherForm() {
    String text = WHOLE.toBytes().toUtf8();
    assertRefused(Bytes.EMPTY);
    assertRefused(part("[]"));
    assertRefused(part(text.replace("pckCrl", "pckList")));
    assertRefused(part(text.replace("{", "{\"more\":1,")));
    assertRefused(part(text.replace(WHOLE.tcbInfo().toBase64(), "!")));
    assertRefused(Bytes.concat(WHOLE.toBytes(), part("x")));
    assertRefused(
        part(text.replace("[", "[" + String.join(",", Collections.nCopies(16, "\"\"")) + ",")));
    assertRefused(part("\"" + "x".repeat(64 << 10) + "\""));
  }

  @Test
  void evidenceOfEachKindSaysWhatItIs() {
    assertThat(EvidenceType.named("snp")).contains(EvidenceType.SNP);
    assertThat(EvidenceType.named("tdx")).contains(EvidenceType.TDX);
    assertThat(EvidenceType.named("")).isEmpty();
    assertThat(EvidenceType.named("TDX")).isEmpty();
    Evidence bare = Evidence.of(EvidenceType.TDX, Bytes.zeros(10), Bytes.EMPTY);
    assertThat(bare).isEqualTo(new TdxEvidence(Bytes.zeros(10), List.of(), TdxCollateral.none()));
    assertThatThrownBy(bare::claimedReportData).isInstanceOf(CloisterException.class);
  }
}
