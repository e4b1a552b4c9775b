package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.manifest.Head;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final Seed SEED = Seed.generate(Shop.SHOP.pin(), Shop.RANDOM);
  private static final Head HEAD = new Head(3, Bytes.ofUtf8("three").sha256());
  private static final Dealing DEALING =
      Dealing.of(SEED, HEAD, Shop.SHOP.owners().recovery(), Shop.RANDOM);
  private static final StoredHead STORED = StoredHead.sealed(SEED, HEAD, DEALING.digest());
  private static final KeyPair MESH = P256.generate(Shop.RANDOM);

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    return Map.of(
        "mesh-key", FuzzDecoders::meshKey,
        "share", FuzzDecoders::share,
        "stored-head", FuzzDecoders::storedHead);
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    return Map.of(
        "mesh-key", List.of(Bytes.of(MESH.getPublic().getEncoded())),
        "share", shares(),
        "stored-head", List.of(STORED.document()));
  }

  private static List<Bytes> shares() {
    List<Bytes> shares = new ArrayList<>();
    for (int index = 1; index <= 3; index++) {
      try (Secret share = Shop.open(DEALING.shares(), index)) {
        shares.add(Bytes.of(share.expose(SecretAccess.INSTANCE)));
      }
    }
    return shares;
  }

  /** There is one encoding of a key, and a certificate can be made for each. */
  private static void meshKey(Bytes input) {
    if (!MeshKey.of(input).encoded().equals(input)) {
      throw new AssertionError("a second encoding");
    }
  }

  /** Whatever passes as a share of the dealing is one of those that were dealt. */
  private static void share(Bytes input) {
    try (ShareContent share = ShareContent.decode(Secret.takeFrom(input.toArray()), "share")) {
      if (share.dealing(Shop.SHOP.pin()).equals(DEALING.digest())
          && share.isWhole(Shop.SHOP.pin())
          && !shares().contains(input)) {
        throw new AssertionError("a share that nobody dealt");
      }
    }
  }

  /** Whatever is sealed was sealed. */
  private static void storedHead(Bytes input) {
    StoredHead head = StoredHead.parse(input);
    if (head.isSealedBy(SEED)
        && !(head.head().equals(HEAD) && head.dealing().equals(DEALING.digest()))) {
      throw new AssertionError("a head that nobody sealed");
    }
  }
}
