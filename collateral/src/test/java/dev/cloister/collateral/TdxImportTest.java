package dev.cloister.collateral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.simulator.SimulatedTdxVendor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collateral of a platform of Intel's shape: imported, and filled into quotes that lack it. */
class TdxImportTest {

  private static final Instant NOW = TestBundle.NOW;
  private static final EvidenceVerifier VERIFIER = EvidenceVerifier.allowingSimulated();

  @TempDir private Path directory = Path.of("");

  private SimulatedTdxVendor vendor() {
    return SimulatedTdxVendor.open(
        directory.resolve("vendor"), InstantSource.fixed(NOW), new SecureRandom());
  }

  private static Bytes quote(SimulatedTdxVendor vendor) {
    TdMeasurements td =
        new TdMeasurements(Bytes.ofUtf8("a TD").sha384(), Collections.nCopies(4, Bytes.zeros(48)));
    return vendor.quote(td, Bytes.zeros(32), Bytes.zeros(64));
  }

  private CollateralStore store() {
    return CollateralStore.open(directory.resolve("store"));
  }

  private List<CollateralImport.Imported> bring(SimulatedTdxVendor vendor, TdxEvidence evidence) {
    CollateralImport bringing = new CollateralImport(VERIFIER, NOW);
    bringing.add(evidence, vendor.trustAnchor(), "line 1");
    return bringing.store(store());
  }

  private TdxEvidence filled(SimulatedTdxVendor vendor, TdxEvidence evidence, Instant at) {
    return (TdxEvidence)
        new StoredCollateral(store(), VERIFIER, Optional.empty())
            .fill(evidence, vendor.trustAnchor(), at)
            .evidence();
  }

  @Test
  void fillsAQuoteThatLacksEverything() {
    SimulatedTdxVendor vendor = vendor();
    TdxEvidence bare = new TdxEvidence(quote(vendor), List.of(), TdxCollateral.none());
    assertThat(filled(vendor, bare, NOW)).isEqualTo(bare);
    TdxEvidence whole = new TdxEvidence(bare.quote(), List.of(), vendor.collateral());
    assertThat(bring(vendor, whole)).hasSize(4);
    assertThat(VERIFIER.authenticate(filled(vendor, bare, NOW), vendor.trustAnchor(), NOW))
        .isInstanceOf(Authentic.class);
    Instant later = NOW.plus(Duration.ofDays(500));
    assertThat(filled(vendor, bare, later).collateral()).isEqualTo(TdxCollateral.none());
  }

  /** The signer may also be sent beside the collateral, or twice; it is stored all the same. */
  @Test
  void findsTheSignerWhereverItStands() {
    SimulatedTdxVendor vendor = vendor();
    TdxCollateral all = vendor.collateral();
    Bytes quote = quote(vendor);
    for (TdxEvidence sent :
        List.of(
            new TdxEvidence(quote, all.certificates(), without(all)),
            new TdxEvidence(quote, all.certificates(), all))) {
      bring(vendor, sent);
      TdxEvidence unsigned = new TdxEvidence(quote, List.of(), without(all));
      assertThat(VERIFIER.authenticate(filled(vendor, unsigned, NOW), vendor.trustAnchor(), NOW))
          .isInstanceOf(Authentic.class);
    }
  }

  private static TdxCollateral without(TdxCollateral all) {
    return new TdxCollateral(
        all.tcbInfo(), all.qeIdentity(), all.rootCaCrl(), all.pckCrl(), List.of());
  }

  @Test
  void refusesCollateralThatWasTouched() {
    SimulatedTdxVendor vendor = vendor();
    TdxCollateral all = vendor.collateral();
    byte[] info = all.tcbInfo().toArray();
    info[info.length / 2] ^= 1;
    TdxCollateral touched =
        new TdxCollateral(
            Bytes.of(info),
            all.qeIdentity(),
            all.rootCaCrl(),
            all.pckCrl(),
            new ArrayList<>(all.certificates()));
    assertThatThrownBy(() -> bring(vendor, new TdxEvidence(quote(vendor), List.of(), touched)))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(CollateralError.BUNDLE_REFUSED));
    assertThat(store().get(CollateralNames.QE_IDENTITY)).isEmpty();
  }
}
