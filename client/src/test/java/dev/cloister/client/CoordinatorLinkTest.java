package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.AttestationError;
import dev.cloister.channel.ChannelError;
import dev.cloister.channel.Evidence;
import dev.cloister.client.Shop.Chronicle;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** An honest Coordinator, and every kind of one that is not. */
class CoordinatorLinkTest {

  private static VerifiedCoordinator verify(FakeCoordinator coordinator, Trust trust) {
    CoordinatorClient client = new CoordinatorClient(trust, ClientLimits.STANDARD, Shop.RANDOM);
    try (CoordinatorLink link = client.verify(coordinator.address())) {
      return link.verify();
    }
  }

  private static VerifiedCoordinator verify(FakeCoordinator coordinator) {
    return verify(coordinator, Shop.trust());
  }

  private static Chronicle threeSteps() {
    return Chronicle.begin()
        .then(Shop.manifest(Shop.coordinator(), Shop.workload("kv")), "kv for web")
        .then(Shop.manifest(Shop.coordinator(), Shop.workload("kv")), "the same again");
  }

  @Test
  void verifiesAnHonestCoordinator() throws Exception {
    Chronicle chronicle = threeSteps();
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle)) {
      VerifiedCoordinator verified = verify(coordinator);
      assertThat(verified.history().head()).isEqualTo(chronicle.head());
      assertThat(verified.manifest().workloads()).hasSize(2);
      assertThat(verified.entry()).isEqualTo(Shop.coordinator());
      assertThat(Bytes.of(verified.rootCertificate().getEncoded())).isEqualTo(Shop.ROOT.der());
      assertThat(verified.meshCertificates()).hasSize(1);
      assertThat(Findings.of(verified, false).notProven()).first().asString().contains("SIMULATED");
    }
  }

  @Test
  void verifiesForAnOwnerAndForAnAgentThatProvesItself() throws Exception {
    Initdata agent = Shop.initdata(Shop.SHOP, "agent");
    try (FakeCoordinator coordinator = new FakeCoordinator(threeSteps())) {
      CoordinatorClient client =
          new CoordinatorClient(Shop.trust(), ClientLimits.STANDARD, Shop.RANDOM);
      try (CoordinatorLink owner = client.own(coordinator.address());
          CoordinatorLink joining = client.join(coordinator.address(), Shop.attester(agent))) {
        assertThat(owner.verify().history().head().number()).isEqualTo(3);
        assertThat(joining.verify().history().head().number()).isEqualTo(3);
      }
    }
  }

  @Test
  void followsATransitionThatIsSetWhileTheLinkIsOpenAndFetchesOnlyWhatIsNew() throws Exception {
    Chronicle chronicle = threeSteps();
    List<Long> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle)) {
      coordinator.showing((after, offset, _) -> {
        asked.add(after);
        return FakeCoordinator.page(chronicle, after);
      });
      try (CoordinatorLink link = open(coordinator)) {
        link.verify();
        chronicle.then(Shop.manifest(Shop.coordinator()), "no kv");
        assertThat(link.verify().manifest().workloads()).hasSize(1);
      }
    }
    assertThat(asked).containsExactly(0L, 2L, 3L);
  }

  private static CoordinatorLink open(FakeCoordinator coordinator) {
    return new CoordinatorClient(Shop.trust(), ClientLimits.STANDARD, Shop.RANDOM)
        .verify(coordinator.address());
  }

  @Test
  void refusesACoordinatorThatANewTransitionHasTakenOut() throws Exception {
    Chronicle chronicle = threeSteps();
    Workload other =
        Workload.plain(
            Bytes.ofUtf8("another").sha256(),
            "coordinator",
            "cloister",
            WorkloadRole.COORDINATOR,
            List.of("snp"));
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle);
        CoordinatorLink link = open(coordinator)) {
      link.verify();
      chronicle.then(Shop.manifest(other), "another Coordinator");
      assertRefused(ClientError.COORDINATOR_NOT_LISTED, "initdata", link::verify);
    }
  }

  @Test
  void refusesASimulatedDeploymentUnlessItIsAllowed() throws Exception {
    try (FakeCoordinator coordinator = new FakeCoordinator(threeSteps())) {
      assertRefused(
          ClientError.SIMULATED_NOT_ALLOWED,
          "deployment.json",
          () -> verify(coordinator, Trust.of(Shop.SHOP.pin(), Shop.CLOCK)));
    }
  }

  @Test
  void refusesAGenuineCoordinatorOfAnotherDeployment() throws Exception {
    Initdata other = Shop.initdata(Shop.deployment("other", Mode.SIMULATED), "coordinator");
    try (FakeCoordinator coordinator =
        new FakeCoordinator(threeSteps()).attesting(Shop.attester(other))) {
      assertRefusedByChannel(ClientError.EVIDENCE_DIFFERS, coordinator);
    }
  }

  @Test
  void refusesEvidenceThatIsReplayedFromAnotherSession() throws Exception {
    Evidence stale = Shop.attester(Shop.COORDINATOR).attest(Bytes.ofUtf8("another session"));
    try (FakeCoordinator coordinator = new FakeCoordinator(threeSteps()).attesting(what -> stale)) {
      assertRefusedByChannel(ClientError.EVIDENCE_DIFFERS, coordinator);
    }
  }

  @Test
  void refusesAnotherInitdataThanTheEvidenceNames() throws Exception {
    Initdata shown = Shop.initdata(Shop.SHOP, "another policy");
    try (FakeCoordinator coordinator =
        new FakeCoordinator(threeSteps())
            .attesting(what -> {
              Evidence genuine = Shop.attester(Shop.COORDINATOR).attest(what);
              return new Evidence(
                  genuine.type(), genuine.report(), genuine.certificates(), shown.document());
            })) {
      assertRefusedByChannel(ClientError.EVIDENCE_DIFFERS, coordinator);
    }
  }

  private static void assertRefusedByChannel(ClientError cause, FakeCoordinator coordinator) {
    Assertions.assertThatThrownBy(() -> verify(coordinator))
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo(ChannelError.RESPONDER_REFUSED);
              assertThat(refusal.where()).isEqualTo("evidence");
              assertThat(refusal.getCause())
                  .isInstanceOfSatisfying(
                      CloisterException.class, inner -> assertThat(inner.code()).isEqualTo(cause));
            });
  }

  @Test
  void refusesSelfMadeEvidence() throws Exception {
    try (FakeCoordinator coordinator =
        new FakeCoordinator(threeSteps())
            .attesting(what -> {
              Evidence genuine = Shop.attester(Shop.COORDINATOR).attest(what);
              byte[] report = genuine.report().toArray();
              report[0x2a0] ^= 1; // the signature
              return new Evidence(
                  genuine.type(), Bytes.of(report), genuine.certificates(), genuine.initdata());
            })) {
      assertRefused(AttestationError.REPORT_SIGNATURE, () -> verify(coordinator));
    }
  }

  @Test
  void refusesACoordinatorThatTheManifestDoesNotList() throws Exception {
    Initdata unlisted = Shop.initdata(Shop.SHOP, "unlisted");
    try (FakeCoordinator coordinator =
        new FakeCoordinator(threeSteps()).attesting(Shop.attester(unlisted))) {
      assertRefused(ClientError.COORDINATOR_NOT_LISTED, "initdata", () -> verify(coordinator));
    }
  }

  @Test
  void refusesAWorkloadThatPlaysCoordinator() throws Exception {
    Initdata web = Shop.initdata(Shop.SHOP, "web");
    Workload listed =
        Workload.plain(web.digest(), "web", "default", WorkloadRole.WORKLOAD, List.of("snp"));
    Chronicle chronicle = Chronicle.begin(Shop.ROOT, Shop.manifest(Shop.coordinator(), listed));
    try (FakeCoordinator coordinator =
        new FakeCoordinator(chronicle).attesting(Shop.attester(web))) {
      assertRefused(ClientError.COORDINATOR_NOT_LISTED, "initdata", () -> verify(coordinator));
    }
  }

  @Test
  void refusesAGuestImageThatNoReferenceValueNames() throws Exception {
    Manifest manifest = Shop.manifest(TestVendor.otherReference(), Shop.coordinator());
    try (FakeCoordinator coordinator = new FakeCoordinator(Chronicle.begin(Shop.ROOT, manifest))) {
      assertRefused(AttestationError.LAUNCH_DIGEST_DIFFERS, () -> verify(coordinator));
    }
  }

  @Test
  void raisesTheAlarmForAnOlderHistoryThanIsKnown() throws Exception {
    Chronicle older = Chronicle.begin();
    Trust trust = Shop.trust().withFloor(Floor.of(continued(older).history()));
    try (FakeCoordinator coordinator = new FakeCoordinator(older)) {
      assertRefused(ManifestError.OLDER_HEAD, "head", () -> verify(coordinator, trust));
    }
  }

  /** Another chronicle that goes on from this one's only transition. */
  private static Chronicle continued(Chronicle first) {
    return Chronicle.of(first.entries()).then(Shop.manifest(Shop.coordinator()), "second");
  }

  @Test
  void raisesTheAlarmForAForkedHistory() throws Exception {
    Chronicle first = Chronicle.begin();
    Trust trust = Shop.trust().withFloor(Floor.of(continued(first).history()));
    first.then(Shop.manifest(Shop.coordinator(), Shop.workload("evil")), "another second");
    try (FakeCoordinator coordinator = new FakeCoordinator(first)) {
      assertRefused(ManifestError.FORKED_HISTORY, "head", () -> verify(coordinator, trust));
    }
  }

  @Test
  void raisesTheAlarmForAnotherInstance() throws Exception {
    Chronicle genuine = Chronicle.begin();
    Chronicle fresh =
        Chronicle.begin(TestAuthority.root("other"), Shop.manifest(Shop.coordinator()));
    Trust trust = Shop.trust().withFloor(Floor.of(genuine.history()));
    try (FakeCoordinator coordinator = new FakeCoordinator(fresh)) {
      assertRefused(
          ManifestError.OTHER_COORDINATOR, "coordinatorRoot", () -> verify(coordinator, trust));
    }
  }

  @Test
  void refusesAFreshInstanceToWhichAnOldFirstTransitionIsReplayed() throws Exception {
    Chronicle genuine = Chronicle.begin();
    TestAuthority fresh = TestAuthority.root("fresh");
    CoordinatorState state =
        new CoordinatorState(
            Phase.READY, fresh.der(), genuine.head(), 0, List.of(fresh.mesh("mesh").der()));
    try (FakeCoordinator coordinator = new FakeCoordinator(genuine).stating(() -> state)) {
      assertRefused(ClientError.ROOT_DIFFERS, "rootCertificate", () -> verify(coordinator));
    }
  }

  @Test
  void refusesMeshAuthoritiesThatTheRootDidNotSign() throws Exception {
    Chronicle chronicle = threeSteps();
    TestAuthority other = TestAuthority.root("root");
    assertMeshRefused(chronicle, List.of());
    assertMeshRefused(chronicle, List.of(other.mesh("mesh").der()));
    assertMeshRefused(chronicle, List.of(Shop.MESH.der(), other.mesh("mesh").der()));
    assertMeshRefused(chronicle, List.of(Shop.ROOT.der()));
    assertMeshRefused(chronicle, List.of(Shop.MESH.withoutAuthority(Shop.ROOT).der()));
    assertMeshRefused(chronicle, List.of(Bytes.concat(Shop.MESH.der(), Bytes.ofUtf8("more"))));
    assertMeshRefused(chronicle, List.of(Bytes.ofUtf8("no certificate")));
    assertMeshRefused(chronicle, List.of(Bytes.zeros(Authorities.MAX_SIZE + 1)));
  }

  @Test
  void refusesAStateThatContradictsItself() throws Exception {
    Chronicle chronicle = threeSteps();
    List<Bytes> many = java.util.Collections.nCopies(Authorities.MAX_MESH + 1, Shop.MESH.der());
    CoordinatorState state =
        new CoordinatorState(Phase.READY, Shop.ROOT.der(), chronicle.head(), 0, many);
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle).stating(() -> state)) {
      assertRefused(
          ClientError.STATE_MALFORMED, "state.meshCertificates", () -> verify(coordinator));
    }
  }

  private static void assertMeshRefused(Chronicle chronicle, List<Bytes> mesh) throws Exception {
    CoordinatorState state =
        new CoordinatorState(Phase.READY, Shop.ROOT.der(), chronicle.head(), 0, mesh);
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle).stating(() -> state)) {
      assertRefused(ClientError.BAD_AUTHORITY, () -> verify(coordinator));
    }
  }

  @Test
  void doesNotVerifyBeforeTheFirstTransition() throws Exception {
    try (FakeCoordinator coordinator = fresh()) {
      assertRefused(ClientError.AWAITING_FIRST, "state", () -> verify(coordinator));
    }
  }

  @Test
  void raisesTheAlarmForAFreshInstanceWhereATransitionIsKnown() throws Exception {
    Trust trust = Shop.trust().withFloor(Floor.of(Chronicle.begin().history()));
    try (FakeCoordinator coordinator = fresh()) {
      assertRefused(ManifestError.OLDER_HEAD, "head", () -> verify(coordinator, trust));
    }
  }

  private static FakeCoordinator fresh() throws Exception {
    CoordinatorState state =
        new CoordinatorState(Phase.AWAITING_FIRST, Shop.ROOT.der(), Head.NONE, 0, List.of());
    return new FakeCoordinator(
        () -> Head.NONE,
        () -> state,
        (after, offset, _) -> new HistorySource.Page(List.of(), false));
  }

  @Test
  void verifiesAFreshInstanceAgainstTheManifestThatOwnersAreAboutToSign() throws Exception {
    try (FakeCoordinator coordinator = fresh();
        CoordinatorLink link = open(coordinator)) {
      assertThat(link.verifyFirst(Shop.manifest(Shop.coordinator())).rootKeyDigest())
          .isEqualTo(Shop.ROOT.keyDigest());
      assertRefused(
          ClientError.COORDINATOR_NOT_LISTED,
          "initdata",
          () -> link.verifyFirst(Shop.manifest(Shop.workload("web"))));
      assertRefused(
          AttestationError.LAUNCH_DIGEST_DIFFERS,
          () -> link.verifyFirst(Shop.manifest(TestVendor.otherReference(), Shop.coordinator())));
      assertRefused(ClientError.WRONG_PHASE, "state.phase", link::verifyRecovering);
    }
  }

  @Test
  void verifiesACoordinatorThatRecovers() throws Exception {
    Chronicle chronicle = threeSteps();
    CoordinatorState state =
        new CoordinatorState(Phase.RECOVERING, Bytes.EMPTY, chronicle.head(), 2, List.of());
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle).stating(() -> state);
        CoordinatorLink link = open(coordinator)) {
      assertThat(link.verifyRecovering().head()).isEqualTo(chronicle.head());
      assertRefused(ClientError.RECOVERING, "state", link::verify);
      assertRefused(
          ClientError.WRONG_PHASE,
          "state.phase",
          () -> link.verifyFirst(Shop.manifest(Shop.coordinator())));
    }
  }
}
