package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.People.Person;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Walking a chain in batches finds what walking it step by step finds. */
class ReplayTest {

  private static final Person ANN = Person.make(KeyAlgorithm.ED25519);
  private static final Person RUT = Person.make(KeyAlgorithm.ED25519);
  private static final Person EVE = Person.make(KeyAlgorithm.ED25519);
  private static final Person SAM = Person.make(KeyAlgorithm.ED25519);
  private static final Deployment DEPLOYMENT =
      People.deployment(People.owners(1, List.of(ANN), 1, List.of(RUT)));
  private static final Owners NEW_OWNERS = People.owners(1, List.of(EVE), 1, List.of(SAM));

  private final List<HistoryEntry> entries = new ArrayList<>();
  private History history = History.begin(DEPLOYMENT);

  private void add(Manifest manifest, Person... people) {
    HistoryEntry entry = People.signed(People.next(history, manifest), manifest, List.of(people));
    history = history.accept(history.head(), entry, People.NOW);
    entries.add(entry);
  }

  /** Owners change in the middle of a batch. */
  private void makeChain(int length) {
    Manifest plain = People.manifest(DEPLOYMENT, "guest", "kv");
    add(plain, ANN, RUT);
    add(plain, ANN);
    add(plain.withOwners(NEW_OWNERS), ANN, RUT, EVE, SAM);
    while (entries.size() < length) {
      add(People.manifest(DEPLOYMENT, "guest", "kv", "web-" + entries.size()), EVE);
    }
  }

  @Test
  void isTheSameAsStepByStep() {
    makeChain(150);
    History replayed = History.replay(DEPLOYMENT, entries);
    assertThat(replayed.transitions()).isEqualTo(history.transitions());
    assertThat(replayed.manifest()).isEqualTo(history.manifest());
    assertThat(replayed.owners()).isEqualTo(NEW_OWNERS);
  }

  @Test
  void goesOnFromTheMiddle() {
    makeChain(8);
    History replayed =
        History.replay(DEPLOYMENT, entries.subList(0, 4)).replay(entries.subList(4, 8));
    assertThat(replayed.transitions()).isEqualTo(history.transitions());
  }

  @Test
  void refusesFormerOwnersWithinTheBatchThatTookThemOut() {
    makeChain(4);
    Manifest last = People.manifest(DEPLOYMENT, "guest", "kv");
    entries.add(People.signed(People.next(history, last), last, List.of(ANN)));
    assertRefused(
        ManifestError.UNKNOWN_SIGNER,
        "transitions[5]: signatures",
        () -> History.replay(DEPLOYMENT, entries));
  }

  @Test
  void namesTheFirstOfTwoThatAreWrong() {
    makeChain(6);
    for (int index : List.of(4, 5)) {
      HistoryEntry genuine = entries.get(index);
      entries.set(index, new HistoryEntry(genuine.transition(), Bytes.ofUtf8("{}")));
    }
    assertRefused(
        ManifestError.OTHER_MANIFEST,
        "transitions[5]: manifest",
        () -> History.replay(DEPLOYMENT, entries));
  }

  @Test
  void namesAWrongEntryBeforeTheEndOfItsSource() {
    makeChain(4);
    entries.set(3, new HistoryEntry(entries.get(3).transition(), Bytes.EMPTY));
    assertRefused(
        ManifestError.OTHER_MANIFEST,
        "transitions[4]: manifest",
        () -> History.replay(DEPLOYMENT, () -> breaking(entries)));
  }

  @Test
  void endsWithItsSourceWhereAllBeforeIsRight() {
    makeChain(4);
    assertThatThrownBy(() -> History.replay(DEPLOYMENT, () -> breaking(entries)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the source broke");
  }

  private static Iterator<HistoryEntry> breaking(List<HistoryEntry> entries) {
    Iterator<HistoryEntry> whole = entries.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (!whole.hasNext()) {
          throw new IllegalStateException("the source broke");
        }
        return true;
      }

      @Override
      public HistoryEntry next() {
        return whole.next();
      }
    };
  }
}
