package dev.cloister.e2e;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReportData;
import dev.cloister.channel.Attester;
import dev.cloister.channel.Evidence;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.simulator.SimulatedVendor;
import java.security.SecureRandom;
import java.time.InstantSource;

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
    SimulatedVendor vendor =
        SimulatedVendor.open(
            stage.work().resolve("attacker"),
            InstantSource.system(),
            new SecureRandom(),
            stage.terminal()::note);
    try (CoordinatorLink link = guestbook.client().verify(guestbook.address())) {
      VerifiedCoordinator genuine = link.verify();
      Bytes initdata = genuine.shownEvidence().initdata();
      Bytes measurement = genuine.evidence().reference().launchDigest();
      Bytes id = initdata.sha256();
      Attester attester =
          what -> {
            Bytes data = ReportData.of(EvidenceKind.COORDINATOR, what);
            Bytes report = vendor.report(measurement, initdata.sha256(), id, data);
            return new Evidence("snp", report, vendor.certificateTable(), initdata);
          };
      try (FakeCoordinator fake = new FakeCoordinator(link, genuine.history(), attester)) {
        return guestbook
            .people()
            .refusedToOutsiders(AttestationError.ROOT_NOT_TRUSTED, "", fake.address());
      }
    }
  }
}
