package dev.cloister.channel;

import static dev.cloister.channel.Lab.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.Head;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of every field of every message. */
class MessageLimitsTest {

  private static final Bytes DIGEST = Bytes.ofUtf8("x").sha256();

  private static Transcript evidence(long number, Bytes digest, long index, Bytes siblings) {
    return Transcript.of(EvidenceMessage.DOMAIN).add(number).add(digest).add(index).add(siblings);
  }

  private static void assertMalformed(Transcript message) {
    assertRefused(
        ChannelError.MESSAGE_MALFORMED,
        Step.EVIDENCE,
        () -> EvidenceMessage.decode(message.toBytes()));
  }

  @Test
  void refusesAPathThatIsTooDeepOrNotOfWholeDigests() {
    assertMalformed(evidence(1, DIGEST, 0, Bytes.zeros(32 * 11)));
    assertMalformed(evidence(1, DIGEST, 0, Bytes.zeros(31)));
    assertMalformed(evidence(1, DIGEST, 1024, Bytes.zeros(320)));
  }

  @Test
  void refusesAnIndexBesideTheTree() {
    assertRefused(
        ChannelError.PATH_INVALID,
        Step.EVIDENCE,
        () -> EvidenceMessage.decode(evidence(1, DIGEST, 2, Bytes.zeros(32)).toBytes()));
  }

  @Test
  void refusesAHeadThatIsHalfThere() {
    assertMalformed(evidence(0, DIGEST, 0, Bytes.EMPTY));
    assertMalformed(evidence(1, Bytes.zeros(32), 0, Bytes.EMPTY));
    assertMalformed(evidence(-1, DIGEST, 0, Bytes.EMPTY));
    assertThatThrownBy(() -> new Head(0, DIGEST)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesEvidenceWhosePartsAreTooLargeOrMissing() {
    assertMalformed(parts("", Bytes.zeros(1), Bytes.EMPTY, Bytes.zeros(1)));
    assertMalformed(parts("x".repeat(17), Bytes.zeros(1), Bytes.EMPTY, Bytes.zeros(1)));
    assertMalformed(parts("snp", Bytes.EMPTY, Bytes.EMPTY, Bytes.zeros(1)));
    assertMalformed(parts("snp", big(Evidence.MAX_REPORT), Bytes.EMPTY, Bytes.zeros(1)));
    assertMalformed(parts("snp", Bytes.zeros(1), big(Evidence.MAX_CERTIFICATES), DIGEST));
    assertMalformed(parts("snp", Bytes.zeros(1), Bytes.EMPTY, Bytes.EMPTY));
    assertMalformed(parts("snp", Bytes.zeros(1), Bytes.EMPTY, big(Evidence.MAX_INITDATA)));
    assertMalformed(parts("snp", Bytes.zeros(1), Bytes.EMPTY, DIGEST).add("more"));
  }

  private static Bytes big(int most) {
    return Bytes.zeros(most + 1);
  }

  private static Transcript parts(String type, Bytes report, Bytes certificates, Bytes initdata) {
    return evidence(1, DIGEST, 0, Bytes.EMPTY)
        .add(type)
        .add(report)
        .add(certificates)
        .add(initdata);
  }

  @Test
  void everyMessageOfLargestPartsFitsItsFrame() {
    Evidence largest =
        new Evidence(
            "x".repeat(16),
            Bytes.zeros(Evidence.MAX_REPORT),
            Bytes.zeros(Evidence.MAX_CERTIFICATES),
            Bytes.zeros(Evidence.MAX_INITDATA));
    MerklePath deepest = new MerklePath(1023, Collections.nCopies(10, Bytes.zeros(32)));
    assertThat(new EvidenceMessage(Lab.HEAD, deepest, largest).encode().size())
        .isLessThanOrEqualTo(FrameType.EVIDENCE.maxSize());
    Bytes ciphertext = Bytes.zeros(MlKem.CIPHERTEXT_SIZE);
    assertThat(new ProofMessage(ciphertext, List.of(largest)).encode().size())
        .isLessThanOrEqualTo(FrameType.PROOF.maxSize());
    assertThat(new ProofMessage(ciphertext, List.of()).encode().size())
        .isLessThanOrEqualTo(ProofMessage.MAX_SIZE_WITHOUT);
  }

  @Test
  void refusesAKemKeyThatIsNone() {
    assertRefused(
        ChannelError.KEM_REFUSED,
        Step.CHALLENGE,
        () -> MlKem.encapsulate(Bytes.ofHex("ff".repeat(MlKem.KEY_SIZE)), Lab.RANDOM));
  }

  @Test
  void everyErrorHasItsOwnCodeAndTexts() {
    assertThat(List.of(ChannelError.values()))
        .allSatisfy(error -> {
          assertThat(error.code()).matches("CL-CHN-\\d{3}");
          assertThat(error.meaning()).endsWith(".");
          assertThat(error.remedy()).endsWith(".");
        })
        .extracting(ChannelError::code)
        .doesNotHaveDuplicates();
  }

  @Test
  void theStandardLimitsAreThoseOfTheDocumentation() {
    ChannelLimits limits = ChannelLimits.standard();
    assertThat(limits.handshake()).hasMinutes(1);
    assertThat(limits.renewAfter()).hasHours(1);
    assertThat(limits.renewal()).hasMinutes(1);
    assertThat(limits.minimumRenewal()).hasSeconds(1);
    assertThat(limits.handshakes()).isEqualTo(512);
    assertThat(limits.handshakesOfOneOrigin()).isEqualTo(32);
    assertThat(limits.connections()).isEqualTo(4096);
    assertThatThrownBy(() -> limits.withCounts(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
