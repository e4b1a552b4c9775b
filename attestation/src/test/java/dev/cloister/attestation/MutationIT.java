package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every bit of good evidence is checked: no flip is accepted, nor is any bit free. */
class MutationIT {

  private static Bytes flipped(Bytes good, int bit) {
    byte[] bytes = good.toArray();
    bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    return Bytes.of(bytes);
  }

  @Test
  void refusesEveryFlippedBitOfAReport() {
    SnpAuthenticator authenticator = TestVendor.authenticator();
    SnpEvidence good = TestVendor.evidence(TestVendor.report().sign());
    for (int bit = 0; bit < 8 * SnpReport.SIZE; bit++) {
      SnpEvidence bad =
          new SnpEvidence(flipped(good.report(), bit), good.certificates(), good.revocationLists());
      assertThat(authenticator.authenticate(bad, TestVendor.NOW))
          .describedAs("bit %d of byte 0x%03x", bit % 8, bit / 8)
          .isInstanceOf(Rejected.class);
    }
  }

  /** Also of the certificates in it, whose text may be written in one way only. */
  @Test
  void refusesEveryFlippedBitOfAQuoteOfEachVersion() {
    TdxAuthenticator authenticator = TestPlatform.authenticator();
    TdxCollateral collateral = TestPlatform.collateral();
    for (Bytes good : List.of(TestPlatform.quote().sign(), TestPlatform.quote15().sign())) {
      for (int bit = 0; bit < 8 * good.size(); bit++) {
        TdxEvidence bad = new TdxEvidence(flipped(good, bit), List.of(), collateral);
        assertThat(authenticator.authenticate(bad, TestPlatform.NOW))
            .describedAs("bit %d of byte 0x%03x", bit % 8, bit / 8)
            .isInstanceOf(Rejected.class);
      }
    }
  }

  /** The signed part of collateral, and its signature. White space around them is free. */
  @Test
  void refusesEveryFlippedBitOfCollateral() {
    TdxAuthenticator authenticator = TestPlatform.authenticator();
    Bytes quote = TestPlatform.quote().sign();
    TdxCollateral good = TestPlatform.collateral();
    for (int bit = 0; bit < 8 * good.tcbInfo().size(); bit += 3) {
      TdxCollateral bad =
          new TdxCollateral(
              flipped(good.tcbInfo(), bit),
              good.qeIdentity(),
              good.rootCaCrl(),
              good.pckCrl(),
              good.certificates());
      Authentication answer =
          authenticator.authenticate(new TdxEvidence(quote, List.of(), bad), TestPlatform.NOW);
      boolean caseOfSignature = bit / 8 > good.tcbInfo().size() - 132 && bit % 8 == 5;
      if (!caseOfSignature) {
        assertThat(answer)
            .describedAs("bit %d of byte 0x%03x", bit % 8, bit / 8)
            .isInstanceOf(Rejected.class);
      }
    }
  }
}
