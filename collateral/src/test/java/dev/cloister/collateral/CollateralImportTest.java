package dev.cloister.collateral;

import static dev.cloister.collateral.TestBundle.BARE;
import static dev.cloister.collateral.TestBundle.NOW;
import static dev.cloister.collateral.TestBundle.VENDOR;
import static dev.cloister.collateral.TestBundle.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.EarliestTime;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of others, right and wrong, and evidence that is filled from what came of them. */
class CollateralImportTest {

  private static final EvidenceVerifier VERIFIER = EvidenceVerifier.allowingSimulated();
  private static final Instant LATER = NOW.plus(Duration.ofDays(400));

  @TempDir private Path directory = Path.of("");

  private CollateralStore store() {
    return CollateralStore.open(directory);
  }

  private List<CollateralImport.Imported> bring(SnpEvidence... bundle) {
    CollateralImport bringing = new CollateralImport(VERIFIER, NOW);
    for (SnpEvidence evidence : bundle) {
      bringing.add(evidence, VENDOR.trustAnchor(), "line");
    }
    return bringing.store(store());
  }

  private StoredCollateral.Filled fill(SnpEvidence evidence, Instant at) {
    return new StoredCollateral(store(), VERIFIER, Optional.empty())
        .fill(evidence, VENDOR.trustAnchor(), at);
  }

  private void assertRefused(String why, SnpEvidence... bundle) throws IOException {
    assertThatThrownBy(() -> bring(bundle))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CollateralError.BUNDLE_REFUSED);
              assertThat(e.detail()).contains(why);
            });
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  private static SnpEvidence with(List<Bytes> certificates, List<Bytes> lists) {
    return new SnpEvidence(WHOLE.report(), certificates, lists);
  }

  private static Bytes changed(Bytes content) {
    byte[] bytes = content.toArray();
    bytes[bytes.length - 10] ^= 1;
    return Bytes.of(bytes);
  }

  @Test
  void storesEachPieceWithTheTimeInWhichItIsCurrent() {
    List<CollateralImport.Imported> pieces = bring(WHOLE, WHOLE);
    assertThat(pieces).hasSize(3);
    assertThat(pieces)
        .allSatisfy(imported -> assertThat(imported.validity().includes(NOW)).isTrue());
    assertThat(pieces)
        .extracting(imported -> imported.piece().name().replaceAll("/[0-9a-f]{128}.*", ""))
        .containsExactlyInAnyOrder(
            "/vcek/v1/Genoa", "/vcek/v1/Genoa/cert_chain", "/vcek/v1/Genoa/crl");
    assertThat(store().get("/vcek/v1/Genoa/crl").orElseThrow().content())
        .isEqualTo(WHOLE.revocationLists().getFirst());
  }

  @Test
  void fillsEvidenceThatLacksEverything() {
    assertThat(fill(BARE, NOW).evidence()).isEqualTo(BARE);
    bring(WHOLE);
    StoredCollateral.Filled filled = fill(BARE, NOW);
    assertThat(filled.taken()).hasSize(3);
    assertThat(VERIFIER.authenticate(filled.evidence(), VENDOR.trustAnchor(), NOW))
        .isInstanceOfSatisfying(
            Authentic.class, genuine -> assertThat(genuine.claims().revocationChecked()).isTrue());
  }

  @Test
  void leavesWhatTheEvidenceBringsAlong() {
    bring(WHOLE);
    SnpEvidence wrongList =
        with(WHOLE.certificates(), List.of(changed(WHOLE.revocationLists().getFirst())));
    assertThat(fill(wrongList, NOW)).isEqualTo(new StoredCollateral.Filled(wrongList, List.of()));
    assertThat(fill(WHOLE, NOW)).isEqualTo(new StoredCollateral.Filled(WHOLE, List.of()));
    SnpEvidence broken = new SnpEvidence(Bytes.zeros(10), List.of(), List.of());
    assertThat(fill(broken, NOW).evidence()).isEqualTo(broken);
  }

  @Test
  void takesNothingThatIsNoLongerCurrentOrTooOld() {
    bring(WHOLE);
    assertThat(fill(BARE, LATER).taken()).doesNotContain("/vcek/v1/Genoa/crl");
    StoredCollateral impatient =
        new StoredCollateral(store(), VERIFIER, Optional.of(Duration.ofHours(1)));
    Instant soon = NOW.plus(Duration.ofHours(2));
    assertThat(impatient.fill(BARE, VENDOR.trustAnchor(), soon).taken()).isEmpty();
  }

  @Test
  void refusesABundleOfWhichAnythingDoesNotVerify() throws IOException {
    Bytes list = WHOLE.revocationLists().getFirst();
    assertRefused("CL-ATT-014", WHOLE, with(WHOLE.certificates(), List.of(changed(list))));
    List<Bytes> chain = new ArrayList<>(WHOLE.certificates());
    chain.set(1, changed(chain.get(1)));
    assertRefused("CL-ATT-009", with(chain, List.of(list)));
    assertRefused(
        "CL-ATT-017", new SnpEvidence(changedReport(), WHOLE.certificates(), List.of(list)));
    assertRefused("missing: vcek, ask", WHOLE, BARE);
  }

  private static Bytes changedReport() {
    byte[] report = WHOLE.report().toArray();
    report[0x50] ^= 1;
    return Bytes.of(report);
  }

  @Test
  void refusesAnchorsOfTheBundlesOwn() throws IOException {
    CollateralImport bringing = new CollateralImport(VERIFIER, NOW);
    assertThatThrownBy(() -> bringing.add(WHOLE, TrustAnchor.amd(), "line 1"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.where()).isEqualTo("line 1");
              assertThat(e.detail()).contains("CL-ATT-008");
            });
  }

  /** A second authority of the same name and key, which the evidence does not need. */
  @Test
  void storesNothingThatWasNotNeeded() {
    List<Bytes> chain = new ArrayList<>(WHOLE.certificates());
    chain.add(changed(chain.get(1)));
    bring(with(chain, WHOLE.revocationLists()));
    Piece authorities = store().get("/vcek/v1/Genoa/cert_chain").orElseThrow();
    assertThat(Piece.certificates(authorities.content()))
        .containsExactlyElementsOf(WHOLE.certificates().subList(1, 3));
  }

  @Test
  void refusesATimeBeforeWhatTheStoreProves() {
    store().raise(new EarliestTime(NOW.plus(Duration.ofDays(1))));
    assertThatThrownBy(() -> bring(WHOLE))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(AttestationError.TIME_BEFORE_SIGNED_DATA));
    assertThat(store().get("/vcek/v1/Genoa/crl")).isEmpty();
  }

  @Test
  void remembersTheEarliestTimeAndRefusesADamagedOne() throws IOException {
    store().raise(new EarliestTime(NOW));
    store().raise(new EarliestTime(NOW.minusSeconds(1)));
    assertThat(store().earliest()).isEqualTo(new EarliestTime(NOW));
    bring(WHOLE);
    assertThat(store().earliest()).isEqualTo(new EarliestTime(NOW));
    Files.writeString(directory.resolve("earliest"), "yesterday");
    assertThatThrownBy(() -> store().earliest())
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(CollateralError.STORE));
  }
}
