package dev.cloister.manifest;

import static dev.cloister.manifest.People.LATER;
import static dev.cloister.manifest.People.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.People.Person;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random owners, thresholds, honest and hostile steps against a model that knows nothing of bytes:
 * it decides from who signed what whether a step may be taken.
 */
class HistoryModelTest {

  private static final List<Person> PEOPLE =
      Stream.generate(() -> Person.make(KeyAlgorithm.ED25519)).limit(8).toList();

  /** Owners as the model sees them: numbers of people. */
  private record Group(int updates, List<Integer> update, int recovers, List<Integer> recovery) {

    static Group any(Random random) {
      List<Integer> numbers = new ArrayList<>();
      for (int i = 0; i < PEOPLE.size(); i++) {
        numbers.add(i);
      }
      java.util.Collections.shuffle(numbers, random);
      int some = 1 + random.nextInt(3);
      int others = 1 + random.nextInt(3);
      List<Integer> update = numbers.subList(0, some);
      List<Integer> recovery = numbers.subList(some, some + others);
      return new Group(
          1 + random.nextInt(some),
          List.copyOf(update),
          1 + random.nextInt(others),
          List.copyOf(recovery));
    }

    Owners owners() {
      return People.owners(
          updates,
          update.stream().map(PEOPLE::get).toList(),
          recovers,
          recovery.stream().map(PEOPLE::get).toList());
    }

    boolean updateAgrees(Set<Integer> signers) {
      return update.stream().filter(signers::contains).count() >= updates;
    }

    boolean recoveryAgrees(Set<Integer> signers) {
      return recovery.stream().filter(signers::contains).count() >= recovers;
    }

    Set<Integer> all() {
      Set<Integer> all = new HashSet<>(update);
      all.addAll(recovery);
      return all;
    }
  }

  /** What of a manifest the rules look at. */
  private record Content(String image, String coordinator, String workload) {

    static Content any(Random random) {
      return new Content(
          "image" + random.nextInt(10) / 9,
          "coordinator" + random.nextInt(10) / 9,
          "workload" + random.nextInt(4));
    }

    boolean isGuardedAgainst(Content before) {
      return !image.equals(before.image) || !coordinator.equals(before.coordinator);
    }

    Manifest manifest(Deployment deployment) {
      return Manifest.create(
          deployment.pin(),
          List.of(
              Documents.workload(coordinator, WorkloadRole.COORDINATOR),
              Documents.workload(workload, WorkloadRole.WORKLOAD)),
          Map.of("snp", Documents.referenceValue(image)),
          CertificateRules.STANDARD);
    }
  }

  private enum Fraud {
    NONE,
    BIT_FLIPPED,
    SIGNED_SOMETHING_ELSE,
    WRONG_NAME,
    MANIFEST_CHANGED,
    TOO_LATE,
    FORK,
    REPLAY
  }

  /** One deployment's life. */
  private static final class Life {
    private final Random random;
    private final List<HistoryEntry> accepted = new ArrayList<>();
    private final List<Head> heads = new ArrayList<>(List.of(Head.NONE));
    private Group owners;
    private Content content = new Content("", "", "");
    private History history;

    Life(long seed) {
      random = new Random(seed);
      owners = Group.any(random);
      history = History.begin(People.deployment(owners.owners()));
    }

    private Set<Integer> signers(Set<Integer> known) {
      Set<Integer> signers = new HashSet<>();
      for (int i = 0; i < PEOPLE.size(); i++) {
        boolean stranger = !known.contains(i);
        if (random.nextInt(100) < (stranger ? 2 : 80)) {
          signers.add(i);
        }
      }
      return signers;
    }

    /** Tries one step and compares with the model; true where it was taken. */
    boolean step() {
      Content next = Content.any(random);
      boolean change = random.nextInt(5) == 0;
      Group nextOwners = change ? Group.any(random) : owners;
      Manifest manifest = next.manifest(history.deployment());
      if (change) {
        manifest = manifest.withOwners(nextOwners.owners());
      }
      Set<Integer> known = owners.all();
      known.addAll(nextOwners.all());
      Set<Integer> signers = signers(known);
      boolean isFirst = accepted.isEmpty();
      boolean allowed =
          known.containsAll(signers)
              && owners.updateAgrees(signers)
              && (!(isFirst || change || next.isGuardedAgainst(content))
                  || owners.recoveryAgrees(signers))
              && (!change
                  || (!nextOwners.equals(owners)
                      && nextOwners.updateAgrees(signers)
                      && nextOwners.recoveryAgrees(signers)));
      Fraud fraud = fraud(isFirst, signers);
      boolean taken = offer(manifest, signers, fraud);
      assertThat(taken)
          .as("%s by %s of %s to %s", fraud, signers, owners, nextOwners)
          .isEqualTo(allowed && fraud == Fraud.NONE);
      if (taken) {
        owners = nextOwners;
        content = next;
      }
      return taken;
    }

    private Fraud fraud(boolean isFirst, Set<Integer> signers) {
      Fraud[] frauds = Fraud.values();
      int choice = random.nextInt(2 * frauds.length);
      Fraud fraud = choice < frauds.length ? frauds[choice] : Fraud.NONE;
      boolean impossible =
          (isFirst && (fraud == Fraud.FORK || fraud == Fraud.REPLAY)) || signers.isEmpty();
      return impossible ? Fraud.NONE : fraud;
    }

    private boolean offer(Manifest manifest, Set<Integer> signers, Fraud fraud) {
      HistoryEntry entry =
          fraud == Fraud.REPLAY
              ? accepted.get(random.nextInt(accepted.size()))
              : entry(manifest, signers, fraud);
      Instant now = fraud == Fraud.TOO_LATE ? LATER.plusSeconds(random.nextInt(9)) : NOW;
      History before = history;
      try {
        history = history.accept(history.head(), entry, now);
      } catch (CloisterException e) {
        assertThat(e.code().code()).startsWith("CL-");
        assertThat(history).isSameAs(before);
        return false;
      }
      accepted.add(entry);
      heads.add(history.head());
      return true;
    }

    private HistoryEntry entry(Manifest manifest, Set<Integer> signers, Fraud fraud) {
      Head base = fraud == Fraud.FORK ? heads.get(heads.size() - 2) : history.head();
      Transition transition = transition(base, manifest, "go on");
      List<OwnerSignature> signatures = new ArrayList<>();
      for (int signer : signers) {
        signatures.add(PEOPLE.get(signer).sign(transition));
      }
      int victim = signers.isEmpty() ? 0 : random.nextInt(signatures.size());
      int person = new ArrayList<>(signers).isEmpty() ? 0 : new ArrayList<>(signers).get(victim);
      Bytes document = manifest.document();
      switch (fraud) {
        case BIT_FLIPPED -> {
          byte[] signature = signatures.get(victim).signature().toArray();
          signature[random.nextInt(signature.length)] ^= (byte) (1 << random.nextInt(8));
          signatures.set(
              victim, new OwnerSignature(signatures.get(victim).key(), Bytes.of(signature)));
        }
        case SIGNED_SOMETHING_ELSE ->
            signatures.set(
                victim, PEOPLE.get(person).sign(transition(base, manifest, "something else")));
        case WRONG_NAME -> {
          Person other = PEOPLE.get((person + 1) % PEOPLE.size());
          signatures.set(
              victim,
              new OwnerSignature(
                  PEOPLE.get(person).key().digest(), other.sign(transition).signature()));
        }
        case MANIFEST_CHANGED -> document = Bytes.concat(document, Bytes.ofUtf8(" "));
        case NONE, TOO_LATE, FORK, REPLAY -> {}
      }
      return new HistoryEntry(new SignedTransition(transition, signatures), document);
    }

    private static Transition transition(Head base, Manifest manifest, String reason) {
      return base.equals(Head.NONE)
          ? Transition.first(manifest, reason, LATER, People.ROOT)
          : Transition.after(base, manifest, reason, LATER);
    }

    void assertReplays() {
      History replayed = History.replay(history.deployment(), accepted);
      assertThat(replayed.head()).isEqualTo(history.head());
      assertThat(replayed.owners()).isEqualTo(owners.owners());
      heads.forEach(replayed::requireIncludes);
    }
  }

  @Test
  void takesExactlyTheStepsThatTheRulesAllow() {
    int taken = 0;
    int refused = 0;
    for (int seed = 0; seed < 12; seed++) {
      Life life = new Life(seed);
      for (int i = 0; i < 25; i++) {
        if (life.step()) {
          taken++;
        } else {
          refused++;
        }
      }
      life.assertReplays();
    }
    assertThat(taken).isGreaterThan(60);
    assertThat(refused).isGreaterThan(60);
  }
}
