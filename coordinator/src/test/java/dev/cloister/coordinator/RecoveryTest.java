package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.ClientError;
import dev.cloister.client.Phase;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Owners;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** A Coordinator that was killed, and comes back from its store and its owners' shares. */
class RecoveryTest {

  /** A deployment whose Coordinator was killed. */
  private record Killed(MemoryStore store, List<Bytes> shares, Bytes root, Bytes mesh, Head head) {}

  private static Killed killed() throws Exception {
    try (Running running = Running.fresh()) {
      List<Bytes> shares = running.begin().recoveryShares();
      running.update(Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp")));
      return new Killed(
          running.store(),
          shares,
          running.coordinator().state().rootCertificate(),
          running.coordinator().state().meshCertificates().getFirst(),
          running.coordinator().head());
    }
  }

  @Test
  void twoOfThreeSharesBringItBackWithItsRootAndANewMesh() throws Exception {
    Killed killed = killed();
    try (Running running = Running.from(killed.store())) {
      assertThat(running.coordinator().phase()).isEqualTo(Phase.RECOVERING);
      assertThat(running.coordinator().state().missingShares()).isEqualTo(2);
      assertRefused(ClientError.RECOVERING, running::verify);
      assertThat(running.submit(3, Shop.open(killed.shares(), 3), killed.head()).missing())
          .isEqualTo(1);
      assertThat(running.submit(1, Shop.open(killed.shares(), 1), killed.head()).missing())
          .isZero();
      VerifiedCoordinator verified = running.verify();
      assertThat(verified.history().head()).isEqualTo(killed.head());
      assertThat(running.coordinator().state().rootCertificate()).isEqualTo(killed.root());
      assertThat(running.coordinator().state().meshCertificates())
          .hasSize(1)
          .doesNotContain(killed.mesh());
      assertThat(running.update(Shop.first()).headNumber()).isEqualTo(3);
      assertThat(running.log()).contains("recovered").doesNotContain("secret");
    }
  }

  @Test
  void afterItsRecoveryItGivesTheSameWorkloadSecrets() throws Exception {
    MemoryStore store;
    List<Bytes> shares;
    Secret before;
    Head head;
    try (Running running = Running.fresh()) {
      shares = running.begin().recoveryShares();
      before = JoinTest.secretOf(running);
      store = running.store();
      head = running.coordinator().head();
    }
    try (Running running = Running.from(store)) {
      running.submit(1, Shop.open(shares, 1), head);
      running.submit(2, Shop.open(shares, 2), head);
      assertThat(JoinTest.secretOf(running).sameAs(before)).isTrue();
    }
  }

  @Test
  void oneOwnerAloneDoesNotBringItBackHoweverOften() throws Exception {
    Killed killed = killed();
    try (Running running = Running.from(killed.store())) {
      running.submit(2, Shop.open(killed.shares(), 2), killed.head());
      assertThat(running.submit(2, Shop.open(killed.shares(), 2), killed.head()).missing())
          .isEqualTo(1);
      assertRefused(
          CoordinatorError.SHARE_MALFORMED,
          "share 1",
          () -> running.submit(1, Shop.open(killed.shares(), 2), killed.head()));
      assertThat(running.coordinator().phase()).isEqualTo(Phase.RECOVERING);
    }
  }

  @Test
  void aShareThatIsWrongIsNamedAndTheOthersStay() throws Exception {
    Killed killed = killed();
    try (Running running = Running.from(killed.store())) {
      running.submit(1, Shop.open(killed.shares(), 1), killed.head());
      byte[] raw = Shop.open(killed.shares(), 2).expose(SecretAccess.INSTANCE);
      raw[raw.length - 1] ^= 1;
      assertRefused(
          CoordinatorError.SHARE_WRONG,
          "share 2",
          () -> running.submit(2, Secret.takeFrom(raw), killed.head()));
      assertThat(running.coordinator().state().missingShares()).isEqualTo(1);
      assertThat(running.submit(3, Shop.open(killed.shares(), 3), killed.head()).missing())
          .isZero();
    }
  }

  @Test
  void aShareOfAnotherDeploymentsDealingIsRefused() throws Exception {
    Killed killed = killed();
    Killed other = killed();
    try (Running running = Running.from(killed.store())) {
      assertRefused(
          CoordinatorError.SHARE_WRONG,
          "share 1",
          () -> running.submit(1, Shop.open(other.shares(), 1), killed.head()));
      assertRefused(
          CoordinatorError.SHARE_MALFORMED,
          "share 1",
          () -> running.submit(1, Secret.takeFrom(new byte[64]), killed.head()));
    }
  }

  @Test
  void aStoreRolledBackToAnOlderHeadIsFoundOutByAnOwnerForAllOwners() throws Exception {
    MemoryStore old;
    List<Bytes> shares;
    Head newest;
    Head older;
    try (Running running = Running.fresh()) {
      shares = running.begin().recoveryShares();
      older = running.coordinator().head();
      old = running.store().copy();
      running.update(Shop.manifest(Shop.coordinator()));
      newest = running.coordinator().head();
    }
    try (Running running = Running.from(old)) {
      running.submit(1, Shop.open(shares, 1), older);
      assertRefused(
          CoordinatorError.STORE_ROLLED_BACK,
          "share 2",
          () -> running.submit(2, Shop.open(shares, 2), newest));
      assertRefused(
          CoordinatorError.STORE_ROLLED_BACK,
          "share 2",
          () -> running.submit(3, Shop.open(shares, 3), older));
      assertThat(running.coordinator().phase()).isEqualTo(Phase.RECOVERING);
    }
  }

  @Test
  void aStrangersWordAboutANewerHeadCountsForNothing() throws Exception {
    Killed killed = killed();
    Head invented = new Head(99, Bytes.ofUtf8("invented").sha256());
    try (Running running = Running.from(killed.store())) {
      assertRefused(
          CoordinatorError.SHARE_MALFORMED,
          () -> running.submit(1, Secret.takeFrom(new byte[700]), invented));
      running.submit(1, Shop.open(killed.shares(), 1), killed.head());
      assertThat(running.submit(2, Shop.open(killed.shares(), 2), killed.head()).missing())
          .isZero();
    }
  }

  @Test
  void sharesOfAnEarlierDealingBringNothingBack() throws Exception {
    List<KeyPair> openers = Shop.pairs("X25519");
    List<KeyPair> recoverers = Shop.pairs("Ed25519");
    MemoryStore store;
    List<Bytes> before;
    List<Bytes> after;
    Head head;
    try (Running running = Running.fresh()) {
      before = running.begin().recoveryShares();
      Owners owners = Shop.owners(recoverers, openers);
      List<KeyPair> signers = new ArrayList<>(Shop.twoOfEach());
      signers.addAll(recoverers);
      after =
          running
              .set(
                  running.nextEntry(Shop.first().withOwners(owners), signers),
                  running.coordinator().head())
              .recoveryShares();
      store = running.store();
      head = running.coordinator().head();
    }
    try (Running running = Running.from(store)) {
      assertRefused(
          CoordinatorError.SHARE_WRONG,
          "share 1",
          () -> running.submit(1, Shop.open(before, 1), head));
      running.submit(1, Shop.open(after, 1, openers), head);
      assertThat(running.submit(2, Shop.open(after, 2, openers), head).missing()).isZero();
    }
  }

  @Test
  void aHeadThatNoCoordinatorOfTheDeploymentWroteIsRefusedOnceTheSeedIsThere() throws Exception {
    Killed killed = killed();
    StoredHead written =
        StoredHead.parse(killed.store().read(HistoryStore.HEAD).orElseThrow().value());
    StoredHead forged =
        new StoredHead(
            written.pin(), written.head(), written.dealing(), Bytes.ofUtf8("forged").sha256());
    killed.store().forge(HistoryStore.HEAD, forged.document());
    try (Running running = Running.from(killed.store())) {
      running.submit(1, Shop.open(killed.shares(), 1), killed.head());
      assertRefused(
          CoordinatorError.STORE_MALFORMED,
          () -> running.submit(2, Shop.open(killed.shares(), 2), killed.head()));
      assertThat(running.coordinator().state().missingShares()).isEqualTo(2);
    }
  }

  @Test
  void aDealingThatTheHostForgedGivesAnotherRootAndIsRefused() throws Exception {
    Killed killed = killed();
    Seed seed = Seed.generate(Shop.SHOP.pin(), Shop.RANDOM);
    Dealing dealing = Dealing.of(seed, killed.head(), Shop.SHOP.owners().recovery(), Shop.RANDOM);
    killed
        .store()
        .forge(
            HistoryStore.HEAD, StoredHead.sealed(seed, killed.head(), dealing.digest()).document());
    try (Running running = Running.from(killed.store())) {
      running.submit(1, Shop.open(dealing.shares(), 1), killed.head());
      assertRefused(
          CoordinatorError.SEED_DIFFERS,
          () -> running.submit(2, Shop.open(dealing.shares(), 2), killed.head()));
    }
  }

  @Test
  void aStoreThatShowsWhatOwnersDidNotSignStartsNothing() throws Exception {
    Killed killed = killed();
    String newest = "transitions/" + killed.head().digest().toHex();
    killed.store().forge(newest, Bytes.ofUtf8("{}"));
    Assertions.assertThatThrownBy(() -> Running.from(killed.store()))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(CoordinatorError.STORE_MALFORMED));
  }

  @Test
  void nothingIsSetWhileItRecovers() throws Exception {
    Killed killed = killed();
    try (Running running = Running.from(killed.store())) {
      assertRefused(CoordinatorError.NOT_READY, () -> running.update(Shop.first()));
      assertRefused(CoordinatorError.NOT_READY, () -> running.join(Shop.WEB));
    }
  }

  @Test
  void aShareForOneThatServesIsRefused() throws Exception {
    try (Running running = Running.fresh()) {
      List<Bytes> shares = running.begin().recoveryShares();
      Head head = running.coordinator().head();
      Secret share = Shop.open(shares, 1);
      assertRefused(
          CoordinatorError.NOT_READY, () -> running.coordinator().submitShare(1, share, head));
    }
  }
}
