package dev.cloister.e2e;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.ReportData;
import dev.cloister.attestation.SnpClaims;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.attestation.TdReport;
import dev.cloister.attestation.TdxClaims;
import dev.cloister.channel.Attester;
import dev.cloister.channel.Evidence;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.simulator.SimulatedVendors;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.stream.IntStream;

/**
 * A program of the attacker plays Coordinator: genuine history, genuine CAs, the measurement and
 * the initdata of the genuine VM in a report that is signed by a vendor of his own.
 */
record SelfMadeCoordinator() implements Attack {

  @Override
  public String name() {
    return "a fake Coordinator: self-made";
  }

  @Override
  public String refuser() {
    return "attestation";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    SimulatedVendors vendors =
        SimulatedVendors.open(
            stage.work().resolve("attacker"),
            InstantSource.system(),
            new SecureRandom(),
            stage.terminal()::note);
    try (CoordinatorLink link = guestbook.client().verify(guestbook.address())) {
      VerifiedCoordinator genuine = link.verify();
      Attester attester = what -> forged(vendors, genuine, what);
      try (FakeCoordinator fake = new FakeCoordinator(link, genuine.history(), attester)) {
        return guestbook
            .people()
            .refusedToOutsiders(AttestationError.ROOT_NOT_TRUSTED, "", fake.address());
      }
    }
  }

  private static Evidence forged(
      SimulatedVendors vendors, VerifiedCoordinator genuine, Bytes what) {
    Bytes data = ReportData.of(EvidenceKind.COORDINATOR, what);
    Bytes initdata = genuine.shownEvidence().initdata();
    Bytes digest = initdata.sha256();
    return switch (genuine.evidence().claims()) {
      case SnpClaims snp ->
          new Evidence(
              EvidenceType.SNP.text(),
              vendors.snp().report(snp.report().measurement(), digest, digest, data),
              vendors.snp().certificateTable(),
              initdata);
      case TdxClaims tdx ->
          new Evidence(
              EvidenceType.TDX.text(),
              vendors.tdx().quote(measured(tdx.quote().body()), digest, data),
              vendors.tdx().collateral().toBytes(),
              initdata);
    };
  }

  private static TdMeasurements measured(TdReport genuine) {
    return new TdMeasurements(
        genuine.mrTd(), IntStream.range(0, 4).mapToObj(genuine::rtmr).toList());
  }
}
