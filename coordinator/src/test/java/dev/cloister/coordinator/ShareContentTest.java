package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.ShareLabel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Shares: their form, and that exactly the threshold gives the seed. */
class ShareContentTest {

  private static final Head HEAD = new Head(7, Bytes.ofUtf8("seven").sha256());

  private static byte[] encoded() {
    List<Bytes> commitments = Collections.nCopies(3, Bytes.zeros(16));
    return new ShareContent(HEAD, 2, 2, commitments, Secret.takeFrom(new byte[32]))
        .encode()
        .expose(SecretAccess.INSTANCE);
  }

  private static ShareContent decode(byte[] raw) {
    return ShareContent.decode(Secret.takeFrom(raw), "share");
  }

  @Test
  void readsWhatItWrote() {
    ShareContent read = decode(encoded());
    assertThat(read.head()).isEqualTo(HEAD);
    assertThat(read.index()).isEqualTo(2);
    assertThat(read.threshold()).isEqualTo(2);
    assertThat(read.commitments()).hasSize(3);
    assertThat(read.encode().expose(SecretAccess.INSTANCE)).isEqualTo(encoded());
  }

  @Test
  void refusesEveryCutAndWhateverStandsBehind() {
    byte[] whole = encoded();
    for (int size = 0; size < whole.length; size++) {
      byte[] cut = Arrays.copyOf(whole, size);
      assertRefused(CoordinatorError.SHARE_MALFORMED, "share", () -> decode(cut));
    }
    byte[] more = Arrays.copyOf(whole, whole.length + 1);
    assertRefused(CoordinatorError.SHARE_MALFORMED, "behind", () -> decode(more));
  }

  @Test
  void refusesOrReadsWhateverIsChanged() {
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = encoded();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        decode(changed).close();
      } catch (dev.cloister.encoding.CloisterException e) {
        assertThat(e.code()).isEqualTo(CoordinatorError.SHARE_MALFORMED);
      }
    }
  }

  @Test
  void theShareOfTheLargestQuorumFitsItsDocument() {
    List<Bytes> commitments = Collections.nCopies(Quorum.MAX_KEYS, Bytes.zeros(16));
    Secret content =
        new ShareContent(HEAD, 32, 32, commitments, Secret.takeFrom(new byte[32])).encode();
    EncryptionKey owner =
        EncryptionKey.of(Bytes.of(Shop.OPENERS.getFirst().getPublic().getEncoded()), "key");
    ShareLabel label = new ShareLabel(Shop.SHOP.pin(), HEAD, 32, 32);
    Bytes document = RecoveryShare.encrypt(label, owner, content, Shop.RANDOM).document();
    assertThat(RecoveryShare.parse(document).label()).isEqualTo(label);
  }

  @Test
  void everyTwoOfThreeSharesGiveTheSeedAndNoOneAlone() {
    Seed seed = Seed.generate(Shop.SHOP.pin(), Shop.RANDOM);
    Dealing dealing = Dealing.of(seed, HEAD, Shop.SHOP.owners().recovery(), Shop.RANDOM);
    List<ShareContent> shares = new ArrayList<>();
    for (int index = 1; index <= 3; index++) {
      ShareContent share =
          ShareContent.decode(Shop.open(dealing.shares(), index), "share " + index);
      assertThat(share.isWhole(Shop.SHOP.pin())).isTrue();
      assertThat(share.dealing(Shop.SHOP.pin())).isEqualTo(dealing.digest());
      assertThat(share.share().sameAs(seed.value())).isFalse();
      shares.add(share);
    }
    for (int left = 0; left < 3; left++) {
      List<ShareContent> two = new ArrayList<>(shares);
      two.remove(left);
      assertThat(Dealing.combine(two).sameAs(seed.value())).isTrue();
      assertThat(Dealing.combine(two.reversed()).sameAs(seed.value())).isTrue();
    }
  }
}
