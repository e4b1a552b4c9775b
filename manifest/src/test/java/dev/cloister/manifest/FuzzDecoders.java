package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.People.Person;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final Person ANN = Person.make(KeyAlgorithm.P256);
  private static final Person RUT = Person.make(KeyAlgorithm.ED25519);
  private static final Deployment DEPLOYMENT =
      People.deployment(People.owners(1, List.of(ANN), 1, List.of(RUT)));
  private static final Manifest MANIFEST = People.manifest(DEPLOYMENT, "guest", "kv");
  private static final Transition FIRST =
      Transition.first(MANIFEST, "begin", People.LATER, People.ROOT);
  private static final HistoryEntry ENTRY = People.signed(FIRST, MANIFEST, List.of(ANN, RUT));

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    Map<String, Consumer<Bytes>> decoders = new TreeMap<>();
    decoders.put("deployment", kept(Deployment::parse, Deployment::document));
    decoders.put("manifest", kept(Manifest::parse, Manifest::document));
    decoders.put("transition", kept(Transition::parse, Transition::statement));
    decoders.put("signed-transition", FuzzDecoders::signed);
    decoders.put("initdata", kept(Initdata::parse, Initdata::document));
    decoders.put("initdata-disk", InitdataDisk::documentSize);
    decoders.put("floor", written(Floor::parse, Floor::document));
    decoders.put("known-heads", KnownHeads::parse);
    decoders.put("recovery-share", written(RecoveryShare::parse, RecoveryShare::document));
    decoders.put("signing-record", SigningRecord::parse);
    decoders.put("history", FuzzDecoders::history);
    return decoders;
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    History history = History.begin(DEPLOYMENT).accept(Head.NONE, ENTRY, People.NOW);
    Initdata initdata = Initdata.create(DEPLOYMENT, Documents.POLICY);
    RecoveryShare share =
        RecoveryShare.encrypt(
            new ShareLabel(DEPLOYMENT.pin(), FIRST.head(), 1, 1),
            RUT.encryption(),
            Secret.takeFrom(new byte[40]),
            new java.security.SecureRandom());
    Map<String, List<Bytes>> seeds = new TreeMap<>();
    seeds.put("deployment", List.of(DEPLOYMENT.document()));
    seeds.put(
        "manifest",
        List.of(
            MANIFEST.document(),
            MANIFEST.withOwners(People.owners(1, List.of(RUT), 1, List.of(ANN))).document()));
    seeds.put("transition", List.of(FIRST.statement()));
    seeds.put("signed-transition", List.of(ENTRY.transition().document()));
    seeds.put(
        "initdata", List.of(initdata.document(), initdata.withFloor(Floor.of(history)).document()));
    seeds.put(
        "initdata-disk",
        List.of(InitdataDisk.write(initdata.document()).slice(0, InitdataDisk.HEADER_SIZE)));
    seeds.put("floor", List.of(Floor.of(history).document()));
    seeds.put("known-heads", List.of(KnownHeads.NONE.observe(history).document()));
    seeds.put("recovery-share", List.of(share.document()));
    seeds.put("signing-record", List.of(SigningRecord.NONE.add(FIRST).document()));
    seeds.put("history", List.of(ENTRY.transition().document()));
    return seeds;
  }

  /** What is read keeps the bytes that it was read from. */
  private static <T> Consumer<Bytes> kept(Function<Bytes, T> read, Function<T, Bytes> document) {
    return input -> requireEqual(document.apply(read.apply(input)), input);
  }

  /** What is read is the same when it is written and read again. */
  private static <T> Consumer<Bytes> written(Function<Bytes, T> read, Function<T, Bytes> write) {
    return input -> {
      T value = read.apply(input);
      requireEqual(read.apply(write.apply(value)), value);
    };
  }

  private static void signed(Bytes input) {
    SignedTransition signed = SignedTransition.parse(input);
    requireEqual(SignedTransition.parse(signed.document()), signed);
  }

  /** Nothing but the genuine statement with genuine signatures is taken. */
  private static void history(Bytes input) {
    SignedTransition signed = SignedTransition.parse(input);
    History after =
        History.replay(DEPLOYMENT, List.of(new HistoryEntry(signed, MANIFEST.document())));
    requireEqual(after.head(), FIRST.head());
  }

  private static void requireEqual(Object found, Object wanted) {
    if (!found.equals(wanted)) {
      throw new AssertionError("read as " + found + ", not " + wanted);
    }
  }
}
