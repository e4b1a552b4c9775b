package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static dev.cloister.manifest.People.LATER;
import static dev.cloister.manifest.People.NOW;
import static dev.cloister.manifest.People.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.People.Person;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two of three update owners (one of each kind of key), one of two recovery owners. */
class HistoryTest {

  private static final Person ANN = Person.make(KeyAlgorithm.P256);
  private static final Person BOB = Person.make(KeyAlgorithm.P384);
  private static final Person CID = Person.make(KeyAlgorithm.ED25519);
  private static final Person RUT = Person.make(KeyAlgorithm.P384);
  private static final Person SAM = Person.make(KeyAlgorithm.ED25519);
  private static final Person EVE = Person.make(KeyAlgorithm.P256);
  private static final Owners OWNERS =
      People.owners(2, List.of(ANN, BOB, CID), 1, List.of(RUT, SAM));
  private static final Deployment DEPLOYMENT = People.deployment(OWNERS);
  private static final Manifest FIRST = People.manifest(DEPLOYMENT, "guest", "kv");
  private static final Manifest SECOND = People.manifest(DEPLOYMENT, "guest", "kv", "web");
  private static final Manifest OTHER_IMAGE = People.manifest(DEPLOYMENT, "other", "kv");
  private static final HistoryEntry BEGIN = entry(History.begin(DEPLOYMENT), FIRST, ANN, BOB, RUT);
  private static final History STARTED =
      History.begin(DEPLOYMENT, ROOT).accept(Head.NONE, BEGIN, NOW);

  private static HistoryEntry entry(History history, Manifest manifest, Person... people) {
    return People.signed(People.next(history, manifest), manifest, List.of(people));
  }

  private static History take(History history, HistoryEntry entry) {
    return history.accept(history.head(), entry, NOW);
  }

  private static void assertNotTaken(
      ManifestError code, String where, History history, HistoryEntry entry) {
    assertRefused(code, where, () -> take(history, entry));
  }

  @Test
  void twoOfThreeOwnersPutAManifestIntoForce() {
    History history = take(STARTED, entry(STARTED, SECOND, BOB, CID));
    assertThat(history.manifest()).contains(SECOND);
    assertThat(history.head().number()).isEqualTo(2);
    assertThat(history.coordinatorRoot()).isEqualTo(ROOT);
    assertThat(history.owners()).isEqualTo(OWNERS);
    assertThat(history.transitions())
        .extracting(AcceptedTransition::bothQuorums)
        .containsExactly(true, false);
    assertThat(history.transitions().getLast().signers()).containsExactly(BOB.key(), CID.key());
  }

  @Test
  void whatWasAcceptedReplaysToTheSameState() {
    HistoryEntry second = entry(STARTED, SECOND, BOB, CID);
    History accepted = take(STARTED, second);
    History replayed = History.replay(DEPLOYMENT, List.of(BEGIN, second));
    assertThat(replayed.head()).isEqualTo(accepted.head());
    assertThat(replayed.manifest()).isEqualTo(accepted.manifest());
    assertThat(replayed.transitions()).isEqualTo(accepted.transitions());
  }

  @Test
  void oneOwnerAloneChangesNothing() {
    assertNotTaken(
        ManifestError.QUORUM_MISSING, "signatures", STARTED, entry(STARTED, SECOND, ANN));
    assertNotTaken(ManifestError.QUORUM_MISSING, "signatures", STARTED, entry(STARTED, SECOND));
  }

  @Test
  void recoveryOwnersDoNotCountAsUpdateOwners() {
    assertNotTaken(
        ManifestError.QUORUM_MISSING, "signatures", STARTED, entry(STARTED, SECOND, ANN, RUT, SAM));
  }

  @Test
  void anOwnerWhoSignsTwiceCountsOnce() {
    Transition transition = People.next(STARTED, SECOND);
    assertRefused(
        ManifestError.SIGNER_TWICE,
        "signatures",
        () ->
            new SignedTransition(transition, List.of(ANN.sign(transition), ANN.sign(transition))));
    SignedTransition twice =
        SignedTransition.unsigned(transition).with(ANN.sign(transition)).with(ANN.sign(transition));
    assertThat(twice.signatures()).hasSize(1);
  }

  @Test
  void refusesASignatureOfAStrangerEvenBesideAQuorum() {
    assertNotTaken(
        ManifestError.UNKNOWN_SIGNER, "signatures", STARTED, entry(STARTED, SECOND, ANN, BOB, EVE));
  }

  @Test
  void refusesASignatureOverAnotherStatement() {
    Transition wanted = People.next(STARTED, SECOND);
    Transition signed = Transition.after(STARTED.head(), SECOND, "another reason", LATER);
    SignedTransition replayed =
        new SignedTransition(wanted, List.of(ANN.sign(wanted), BOB.sign(signed)));
    assertNotTaken(
        ManifestError.BAD_SIGNATURE,
        "signatures[" + BOB.key().digest().toHex() + "]",
        STARTED,
        new HistoryEntry(replayed, SECOND.document()));
  }

  @Test
  void refusesOneOwnersSignatureUnderAnothersName() {
    Transition wanted = People.next(STARTED, SECOND);
    OwnerSignature stolen = new OwnerSignature(BOB.key().digest(), ANN.sign(wanted).signature());
    assertNotTaken(
        ManifestError.BAD_SIGNATURE,
        "signatures[" + BOB.key().digest().toHex() + "]",
        STARTED,
        new HistoryEntry(
            new SignedTransition(wanted, List.of(ANN.sign(wanted), stolen)), SECOND.document()));
  }

  @Test
  void refusesAManifestWithOneByteChanged() {
    HistoryEntry honest = entry(STARTED, SECOND, ANN, BOB);
    byte[] changed = honest.manifest().toArray();
    changed[changed.length - 1] = ' ';
    assertNotTaken(
        ManifestError.OTHER_MANIFEST,
        "manifest",
        STARTED,
        new HistoryEntry(honest.transition(), Bytes.of(changed)));
  }

  @Test
  void aManifestThatNobodySignedIsNotEvenRead() {
    HistoryEntry garbage =
        new HistoryEntry(entry(STARTED, SECOND, ANN).transition(), Bytes.ofUtf8("{"));
    assertNotTaken(ManifestError.QUORUM_MISSING, "signatures", STARTED, garbage);
  }

  @Test
  void refusesATransitionThatWasAcceptedBefore() {
    HistoryEntry second = entry(STARTED, SECOND, ANN, BOB);
    History history = take(STARTED, second);
    assertNotTaken(ManifestError.NOT_NEXT, "statement.previous", history, second);
    assertNotTaken(ManifestError.NOT_NEXT, "statement.previous", history, BEGIN);
  }

  @Test
  void refusesASecondSuccessorOfATransition() {
    History history = take(STARTED, entry(STARTED, SECOND, ANN, BOB));
    Manifest third = People.manifest(DEPLOYMENT, "guest", "kv", "shop");
    assertNotTaken(
        ManifestError.NOT_NEXT, "statement.previous", history, entry(STARTED, third, ANN, CID));
  }

  @Test
  void refusesTransitionsInTheWrongOrder() {
    HistoryEntry second = entry(STARTED, SECOND, ANN, BOB);
    HistoryEntry third = entry(take(STARTED, second), FIRST, ANN, BOB);
    assertRefused(
        ManifestError.NOT_NEXT,
        "transitions[2]: statement.previous",
        () -> History.replay(DEPLOYMENT, List.of(BEGIN, third, second)));
    assertRefused(
        ManifestError.NOT_NEXT,
        "transitions[1]: statement.previous",
        () -> History.replay(DEPLOYMENT, List.of(second)));
  }

  @Test
  void refusesAStatementOfTheRightNumberThatFollowsAnother() {
    Head fork = new Head(1, Bytes.ofUtf8("another first").sha256());
    Transition transition = Transition.after(fork, SECOND, "go on", LATER);
    assertNotTaken(
        ManifestError.NOT_NEXT,
        "statement.previous",
        STARTED,
        People.signed(transition, SECOND, List.of(ANN, BOB)));
  }

  @Test
  void refusesAnExpiredTransitionButReplaysWhatWasAcceptedInTime() {
    HistoryEntry second = entry(STARTED, SECOND, ANN, BOB);
    assertRefused(
        ManifestError.EXPIRED,
        "statement.expires",
        () -> STARTED.accept(STARTED.head(), second, LATER));
    assertThat(STARTED.accept(STARTED.head(), second, LATER.minusNanos(1)).head().number())
        .isEqualTo(2);
    assertThat(History.replay(DEPLOYMENT, List.of(BEGIN, second)).head().number()).isEqualTo(2);
  }

  @Test
  void aSenderWhoKnewAnotherNewestTransitionIsToldSo() {
    HistoryEntry second = entry(STARTED, SECOND, ANN, BOB);
    assertRefused(
        ManifestError.HEAD_MOVED, "expectedHead", () -> STARTED.accept(Head.NONE, second, NOW));
  }

  @Test
  void aFreshCoordinatorRefusesTheFirstTransitionOfAnother() {
    History fresh = History.begin(DEPLOYMENT, Bytes.ofUtf8("fresh root").sha256());
    assertNotTaken(ManifestError.OTHER_COORDINATOR, "statement.coordinatorRoot", fresh, BEGIN);
  }

  @Test
  void refusesATransitionOfAnotherDeployment() {
    Deployment other =
        Deployment.create("shop", Documents.NONCE.reversed(), Mode.SIMULATED, OWNERS);
    assertNotTaken(
        ManifestError.OTHER_DEPLOYMENT, "statement.deployment", History.begin(other), BEGIN);
  }

  @Test
  void theFirstTransitionNeedsBothQuorums() {
    History none = History.begin(DEPLOYMENT);
    assertNotTaken(
        ManifestError.RECOVERY_QUORUM_MISSING, "signatures", none, entry(none, FIRST, ANN, BOB));
    assertNotTaken(ManifestError.QUORUM_MISSING, "signatures", none, entry(none, FIRST, RUT, SAM));
  }

  @Test
  void referenceValuesChangeOnlyWithBothQuorums() {
    assertNotTaken(
        ManifestError.RECOVERY_QUORUM_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, OTHER_IMAGE, ANN, BOB, CID));
    assertThat(take(STARTED, entry(STARTED, OTHER_IMAGE, ANN, BOB, SAM)).manifest())
        .contains(OTHER_IMAGE);
  }

  @Test
  void theCoordinatorsEntryChangesOnlyWithBothQuorums() {
    List<Workload> workloads = new ArrayList<>(FIRST.workloads());
    workloads.add(Documents.workload("second-coordinator", WorkloadRole.COORDINATOR));
    Manifest more = with(workloads);
    assertNotTaken(
        ManifestError.RECOVERY_QUORUM_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, more, ANN, BOB));
    Manifest none = with(FIRST.workloads().subList(1, 2));
    assertNotTaken(
        ManifestError.RECOVERY_QUORUM_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, none, ANN, BOB));
    assertThat(take(STARTED, entry(STARTED, more, ANN, BOB, RUT)).manifest()).contains(more);
  }

  private static Manifest with(List<Workload> workloads) {
    return Manifest.create(
        DEPLOYMENT.pin(), workloads, FIRST.referenceValues(), CertificateRules.STANDARD);
  }

  @Test
  void ownersChangeOnlyWhereOldAndNewOnesAgree() {
    Owners next = People.owners(1, List.of(EVE), 1, List.of(SAM));
    Manifest changed = SECOND.withOwners(next);
    assertNotTaken(
        ManifestError.RECOVERY_QUORUM_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, changed, ANN, BOB, EVE));
    assertNotTaken(
        ManifestError.NEW_OWNERS_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, changed, ANN, BOB, RUT, SAM));
    assertNotTaken(
        ManifestError.NEW_OWNERS_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, changed, ANN, BOB, RUT, EVE));
    assertNotTaken(
        ManifestError.QUORUM_MISSING,
        "signatures",
        STARTED,
        entry(STARTED, changed, ANN, RUT, SAM, EVE));
    History history = take(STARTED, entry(STARTED, changed, ANN, BOB, SAM, EVE));
    assertThat(history.owners()).isEqualTo(next);
  }

  @Test
  void formerOwnersSignNoMore() {
    Owners next = People.owners(1, List.of(EVE), 1, List.of(SAM));
    Manifest changed = SECOND.withOwners(next);
    History history = take(STARTED, entry(STARTED, changed, ANN, BOB, SAM, EVE));
    assertNotTaken(
        ManifestError.UNKNOWN_SIGNER, "signatures", history, entry(history, SECOND, ANN, BOB));
    assertThat(take(history, entry(history, SECOND, EVE)).owners()).isEqualTo(next);
  }

  @Test
  void aStrangerInAnOwnerChangeIsRefusedToo() {
    Manifest changed = SECOND.withOwners(People.owners(1, List.of(ANN), 1, List.of(SAM)));
    assertNotTaken(
        ManifestError.UNKNOWN_SIGNER,
        "signatures",
        STARTED,
        entry(STARTED, changed, ANN, BOB, SAM, EVE));
  }

  @Test
  void ownersThatStayAsTheyAreAreNoChange() {
    Manifest same = SECOND.withOwners(OWNERS);
    assertNotTaken(
        ManifestError.OWNERS_UNMARKED,
        "manifest.owners",
        STARTED,
        entry(STARTED, same, ANN, BOB, RUT));
  }

  @Test
  void theStatementMustSayThatOwnersChange() {
    Owners next = People.owners(1, List.of(EVE), 1, List.of(SAM));
    Manifest changed = SECOND.withOwners(next);
    String honest = People.next(STARTED, changed).statement().toUtf8();
    Transition silent =
        Transition.parse(Bytes.ofUtf8(honest.replace("\"owners\":\"changed\",", "")));
    assertNotTaken(
        ManifestError.OWNERS_UNMARKED,
        "statement.owners",
        STARTED,
        People.signed(silent, changed, List.of(ANN, BOB, SAM)));
  }

  @Test
  void approvalsSayWhoIsMissing() {
    Transition transition = People.next(STARTED, OTHER_IMAGE);
    SignedTransition signed = SignedTransition.unsigned(transition).with(ANN.sign(transition));
    List<Tally> tallies = STARTED.approvals(signed, OTHER_IMAGE);
    assertThat(tallies)
        .extracting(Tally::toString)
        .containsExactly(
            "update owners: 1 of 2 needed have signed",
            "recovery owners: 0 of 1 needed have signed");
    assertThat(tallies).noneMatch(Tally::isMet);
  }

  @Test
  void aHistoryKnowsWhetherItGoesThroughATransition() {
    History longer = take(STARTED, entry(STARTED, SECOND, ANN, BOB));
    longer.requireIncludes(Head.NONE);
    longer.requireIncludes(STARTED.head());
    longer.requireIncludes(longer.head());
    assertRefused(ManifestError.OLDER_HEAD, "head", () -> STARTED.requireIncludes(longer.head()));
    Head fork = new Head(1, longer.head().digest());
    assertRefused(ManifestError.FORKED_HISTORY, "head", () -> longer.requireIncludes(fork));
  }
}
