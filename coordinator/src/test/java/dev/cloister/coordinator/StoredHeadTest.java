package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The value of the store that says where a history ends. */
class StoredHeadTest {

  private static final Seed SEED = Seed.generate(Shop.SHOP.pin(), Shop.RANDOM);
  private static final Bytes DEALING = Bytes.ofUtf8("a dealing").sha256();
  private static final StoredHead HEAD =
      StoredHead.sealed(SEED, new Head(3, Bytes.ofUtf8("three").sha256()), DEALING);

  @Test
  void readsWhatItWroteAndKnowsWhoseItIs() {
    StoredHead read = StoredHead.parse(HEAD.document());
    assertThat(read).isEqualTo(HEAD);
    assertThat(read.isSealedBy(SEED)).isTrue();
    assertThat(read.isSealedBy(Seed.generate(Shop.SHOP.pin(), Shop.RANDOM))).isFalse();
  }

  @Test
  void theSealCoversEveryPart() {
    Head other = new Head(4, HEAD.head().digest());
    assertThat(new StoredHead(HEAD.pin(), other, DEALING, HEAD.seal()).isSealedBy(SEED)).isFalse();
    Bytes changed = Bytes.ofUtf8("another").sha256();
    assertThat(new StoredHead(HEAD.pin(), HEAD.head(), changed, HEAD.seal()).isSealedBy(SEED))
        .isFalse();
  }

  @Test
  void anotherSchemaIsRefused() {
    Bytes other = Bytes.ofUtf8(HEAD.document().toUtf8().replace("head/v1", "head/v2"));
    assertRefused(CoordinatorError.STORE_MALFORMED, "head.schema", () -> StoredHead.parse(other));
  }

  @Test
  void whateverIsChangedIsRefusedOrNotSealed() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      byte[] document = HEAD.document().toArray();
      document[random.nextInt(document.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        StoredHead read = StoredHead.parse(Bytes.of(document));
        assertThat(read.isSealedBy(SEED) && read.pin().equals(HEAD.pin())).isFalse();
      } catch (CloisterException e) {
        assertThat(e.code()).isNotNull();
      }
    }
  }
}
