package dev.cloister.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.People.Person;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every reader answers to any bytes with a value or a refusal, and never with anything else. */
class MutationTest {

  private static final int ROUNDS = 1000;
  private static final String ALPHABET = "{}[]\",:0129abfAz-/= \u0000\u00ff\\";

  private static final Person ANN = Person.make(KeyAlgorithm.P256);
  private static final Person RUT = Person.make(KeyAlgorithm.P384);
  private static final Deployment DEPLOYMENT =
      People.deployment(People.owners(1, List.of(ANN), 1, List.of(RUT)));
  private static final Manifest MANIFEST = People.manifest(DEPLOYMENT, "guest", "kv");
  private static final Transition FIRST =
      Transition.first(MANIFEST, "begin", People.LATER, People.ROOT);
  private static final HistoryEntry ENTRY = People.signed(FIRST, MANIFEST, List.of(ANN, RUT));
  private static final History HISTORY =
      History.begin(DEPLOYMENT).accept(Head.NONE, ENTRY, People.NOW);

  private static Bytes mutate(Bytes document, Random random) {
    byte[] bytes = document.toArray();
    int at = random.nextInt(bytes.length);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(6));
    return switch (random.nextInt(5)) {
      case 0 -> flip(bytes, at, random);
      case 1 -> Bytes.concat(document.slice(0, at), document.slice(end, bytes.length));
      case 2 -> Bytes.concat(document.slice(0, end), document.slice(at, bytes.length));
      case 3 -> document.slice(0, at);
      default -> {
        bytes[at] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        yield Bytes.of(bytes);
      }
    };
  }

  private static Bytes flip(byte[] bytes, int at, Random random) {
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    return Bytes.of(bytes);
  }

  /** Reads mutations; what a reader throws other than a refusal fails the test. */
  private static int readAll(Bytes document, Consumer<Bytes> reader) {
    reader.accept(document);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Bytes mutated = mutate(document, random);
      try {
        reader.accept(mutated);
      } catch (CloisterException e) {
        refused++;
        assertThat(e.code().code()).matches("CL-(MAN|ENC|ATT)-[0-9]{3}");
      }
    }
    return refused;
  }

  @Test
  void readersRefuseOrRead() {
    RecoveryShare share =
        RecoveryShare.encrypt(
            new ShareLabel(DEPLOYMENT.pin(), FIRST.head(), 1, 1),
            RUT.encryption(),
            Secret.takeFrom(new byte[40]),
            new SecureRandom());
    Map<Bytes, Consumer<Bytes>> readers =
        Map.of(
            DEPLOYMENT.document(), Deployment::parse,
            MANIFEST.withOwners(DEPLOYMENT.owners()).document(), Manifest::parse,
            FIRST.statement(), Transition::parse,
            ENTRY.transition().document(), SignedTransition::parse,
            Floor.of(HISTORY).document(), Floor::parse,
            KnownHeads.NONE.observe(HISTORY).document(), KnownHeads::parse,
            SigningRecord.NONE.add(FIRST).document(), SigningRecord::parse,
            share.document(), RecoveryShare::parse);
    readers.forEach(
        (document, reader) -> assertThat(readAll(document, reader)).isGreaterThan(ROUNDS / 3));
  }

  @Test
  void noMutationOfASignedTransitionLeadsAnywhereElse() {
    Random random = new Random(11);
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Bytes mutated = mutate(ENTRY.transition().document(), random);
      try {
        SignedTransition read = SignedTransition.parse(mutated);
        History history =
            History.begin(DEPLOYMENT)
                .accept(Head.NONE, new HistoryEntry(read, MANIFEST.document()), People.NOW);
        assertThat(history.head()).isEqualTo(FIRST.head());
        taken++;
      } catch (CloisterException e) {
        assertThat(e.code().code()).startsWith("CL-");
      }
    }
    assertThat(taken).isLessThan(ROUNDS / 4);
  }
}
