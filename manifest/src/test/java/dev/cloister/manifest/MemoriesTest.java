package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static dev.cloister.manifest.People.LATER;
import static dev.cloister.manifest.People.NOW;
import static dev.cloister.manifest.People.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import dev.cloister.manifest.People.Person;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What clients, pods and owners remember: known heads, floors, signing records. */
class MemoriesTest {

  private static final Person ANN = Person.make(KeyAlgorithm.ED25519);
  private static final Person RUT = Person.make(KeyAlgorithm.ED25519);
  private static final Deployment DEPLOYMENT =
      People.deployment(People.owners(1, List.of(ANN), 1, List.of(RUT)));
  private static final Manifest MANIFEST = People.manifest(DEPLOYMENT, "guest");
  private static final History ONE = take(History.begin(DEPLOYMENT), "one");
  private static final History TWO = take(ONE, "two");
  private static final History FORK = take(ONE, "another two");

  private static History take(History history, String reason) {
    Transition transition =
        history.head().equals(Head.NONE)
            ? Transition.first(MANIFEST, reason, LATER, ROOT)
            : Transition.after(history.head(), MANIFEST, reason, LATER);
    return history.accept(
        history.head(), People.signed(transition, MANIFEST, List.of(ANN, RUT)), NOW);
  }

  private static History withRoot(Bytes root) {
    Transition transition = Transition.first(MANIFEST, "one", LATER, root);
    return History.begin(DEPLOYMENT)
        .accept(Head.NONE, People.signed(transition, MANIFEST, List.of(ANN, RUT)), NOW);
  }

  @Test
  void aNewerStateIsRememberedAndReadsBack() {
    KnownHeads known = KnownHeads.NONE.observe(ONE).observe(TWO);
    KnownHeads read = KnownHeads.parse(known.document());
    assertThat(read.of(DEPLOYMENT.pin())).contains(new Floor(ROOT, TWO.head()));
    assertThat(read.of(Documents.deployment().pin())).isEmpty();
  }

  @Test
  void alarmsWhereAHistoryWasTurnedBack() {
    KnownHeads known = KnownHeads.NONE.observe(TWO);
    assertRefused(ManifestError.OLDER_HEAD, "head", () -> known.observe(ONE));
  }

  @Test
  void alarmsWhereADeploymentWasForked() {
    KnownHeads known = KnownHeads.NONE.observe(TWO);
    assertRefused(ManifestError.FORKED_HISTORY, "head", () -> known.observe(FORK));
    History longer = take(FORK, "three");
    assertRefused(ManifestError.FORKED_HISTORY, "head", () -> known.observe(longer));
  }

  @Test
  void alarmsWhereAnotherCoordinatorBeganAnew() {
    KnownHeads known = KnownHeads.NONE.observe(ONE);
    History other = withRoot(Bytes.ofUtf8("another root").sha256());
    assertRefused(ManifestError.OTHER_COORDINATOR, "coordinatorRoot", () -> known.observe(other));
  }

  @Test
  void aFloorReadsBackAndIsKept() {
    Floor floor = Floor.parse(Floor.of(TWO).document());
    assertThat(floor).isEqualTo(new Floor(ROOT, TWO.head()));
    floor.check(take(TWO, "three"));
    assertRefused(ManifestError.OLDER_HEAD, "head", () -> floor.check(ONE));
    assertRefused(ManifestError.OLDER_HEAD, "head", () -> floor.check(History.begin(DEPLOYMENT)));
  }

  @Test
  void refusesAKnownHeadsFileOverItsLimit() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= KnownHeads.MAX_DEPLOYMENTS; i++) {
      many.append(i == 0 ? "" : ",").append("\"").append(i).append("\":1");
    }
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        "deployments",
        () ->
            KnownHeads.parse(
                Bytes.ofUtf8(
                    "{\"schema\":\"cloister/known-heads/v1\",\"deployments\":{" + many + "}}")));
  }

  @Test
  void refusesAPinThatIsNone() {
    String text = KnownHeads.NONE.observe(ONE).document().toUtf8();
    String pin = DEPLOYMENT.pin().toString();
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "deployments[x]",
        () -> KnownHeads.parse(Bytes.ofUtf8(text.replace(pin, "x"))));
  }

  @Test
  void neverSignsTwoSuccessorsOfOneTransition() {
    Transition one = Transition.after(ONE.head(), MANIFEST, "two", LATER);
    Transition other = Transition.after(ONE.head(), MANIFEST, "another two", LATER);
    SigningRecord record = SigningRecord.NONE.add(one);
    assertRefused(ManifestError.SECOND_SUCCESSOR, "statement", () -> record.add(other));
    assertRefused(
        ManifestError.SECOND_SUCCESSOR,
        "statement",
        () -> SigningRecord.parse(record.document()).add(other));
    record.add(one).add(Transition.after(TWO.head(), MANIFEST, "three", LATER));
  }

  @Test
  void neverSignsTwoFirstTransitionsUnlessToldThatOneCanNeverBeAccepted() {
    Transition one = Transition.first(MANIFEST, "begin", LATER, ROOT);
    Transition other = Transition.first(MANIFEST, "begin", LATER, Bytes.ofUtf8("another").sha256());
    SigningRecord record = SigningRecord.NONE.add(one);
    assertRefused(ManifestError.SECOND_SUCCESSOR, "statement", () -> record.add(other));
    SigningRecord replaced = record.addDespiteFork(other);
    assertRefused(ManifestError.SECOND_SUCCESSOR, "statement", () -> replaced.add(one));
  }

  @Test
  void refusesASigningRecordOverItsLimit() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= SigningRecord.MAX_STATEMENTS; i++) {
      many.append(i == 0 ? "" : ",").append("\"").append(i).append("\":1");
    }
    String start = "{\"schema\":\"cloister/signing-record/v1\",\"signed\":{";
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        "signed",
        () -> SigningRecord.parse(Bytes.ofUtf8(start + many + "}}")));
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "signed[x]",
        () -> SigningRecord.parse(Bytes.ofUtf8(start + "\"x\":\"" + ROOT.toHex() + "\"}}")));
  }
}
