package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import org.junit.jupiter.api.Test;

/** Every bit of a good report is checked: no flip is accepted, nor is any bit free. */
class MutationIT {

  @Test
  void refusesEveryFlippedBitOfAReport() {
    SnpAuthenticator authenticator = TestVendor.authenticator();
    SnpEvidence good = TestVendor.evidence(TestVendor.report().sign());
    for (int bit = 0; bit < 8 * SnpReport.SIZE; bit++) {
      byte[] bytes = good.report().toArray();
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      SnpEvidence bad =
          new SnpEvidence(Bytes.of(bytes), good.certificates(), good.revocationLists());
      assertThat(authenticator.authenticate(bad, TestVendor.NOW))
          .describedAs("bit %d of byte 0x%03x", bit % 8, bit / 8)
          .isInstanceOf(Rejected.class);
    }
  }
}
