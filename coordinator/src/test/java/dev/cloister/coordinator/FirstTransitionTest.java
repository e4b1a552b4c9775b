package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.FirstCoordinator;
import dev.cloister.client.Phase;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionResponse;
import org.junit.jupiter.api.Test;

/** A fresh instance, from its start to its first transition. */
class FirstTransitionTest {

  @Test
  void aFreshInstanceProvesItsRootKeyToTheOwnersAndServesNobodyElse() throws Exception {
    try (Running running = Running.fresh();
        CoordinatorLink link = running.own()) {
      FirstCoordinator first = link.verifyFirst(Shop.first());
      assertThat(first.rootKeyDigest()).isEqualTo(running.rootDigest());
      assertThat(running.coordinator().serving()).isEmpty();
      assertRefused(CoordinatorError.NOT_READY, () -> running.join(Shop.WEB));
    }
  }

  @Test
  void theFirstTransitionPutsTheManifestIntoForceAndGivesEachRecoveryOwnerAShare()
      throws Exception {
    try (Running running = Running.fresh()) {
      Bytes root = running.rootDigest();
      SetTransitionResponse answer = running.begin();
      assertThat(answer.headNumber()).isEqualTo(1);
      assertThat(answer.recoveryShares())
          .hasSize(3)
          .allSatisfy(share -> {
            RecoveryShare parsed = RecoveryShare.parse(share);
            assertThat(parsed.label().deployment()).isEqualTo(Shop.SHOP.pin());
            assertThat(parsed.label().threshold()).isEqualTo(2);
          });
      VerifiedCoordinator verified = running.verify();
      assertThat(verified.history().coordinatorRoot()).isEqualTo(root);
      assertThat(verified.meshCertificates()).hasSize(1);
      assertThat(running.coordinator().phase()).isEqualTo(Phase.READY);
      assertThat(running.coordinator().counters().get(Counter.TRANSITIONS)).isEqualTo(1);
    }
  }

  @Test
  void oneOwnerAloneIsRefused() throws Exception {
    try (Running running = Running.fresh()) {
      Manifest manifest = Shop.first();
      Transition transition =
          Transition.first(manifest, "alone", Shop.EXPIRES, running.rootDigest());
      HistoryEntry alone = Shop.signed(transition, manifest, Shop.UPDATERS.subList(0, 1));
      assertRefused(ManifestError.QUORUM_MISSING, () -> running.set(alone, Head.NONE));
      HistoryEntry half = Shop.signed(transition, manifest, Shop.twoUpdaters());
      assertRefused(ManifestError.RECOVERY_QUORUM_MISSING, () -> running.set(half, Head.NONE));
      assertThat(running.coordinator().phase()).isEqualTo(Phase.AWAITING_FIRST);
      assertThat(running.store().read(HistoryStore.HEAD)).isEmpty();
    }
  }

  @Test
  void aFirstTransitionOfAnotherInstanceIsRefusedSoReplayingItStartsNoSecondOne() throws Exception {
    try (Running running = Running.fresh();
        Running second = Running.fresh()) {
      HistoryEntry first = running.firstEntry(Shop.first());
      running.set(first, Head.NONE);
      assertRefused(ManifestError.OTHER_COORDINATOR, () -> second.set(first, Head.NONE));
    }
  }

  @Test
  void aManifestThatDoesNotListThisCoordinatorIsRefused() throws Exception {
    try (Running running = Running.fresh()) {
      HistoryEntry without = running.firstEntry(Shop.manifest(Shop.web()));
      assertRefused(CoordinatorError.MANIFEST_WITHOUT_SELF, () -> running.set(without, Head.NONE));
    }
  }

  @Test
  void theSameTransitionAgainGivesTheSameAnswerWithItsShares() throws Exception {
    try (Running running = Running.fresh()) {
      HistoryEntry first = running.firstEntry(Shop.first());
      SetTransitionResponse answer = running.set(first, Head.NONE);
      assertThat(running.set(first, Head.NONE)).isEqualTo(answer);
    }
  }

  @Test
  void aManifestWithOneByteChangedIsRefused() throws Exception {
    try (Running running = Running.fresh()) {
      HistoryEntry first = running.firstEntry(Shop.first());
      byte[] other = first.manifest().toArray();
      other[other.length - 2] ^= 1;
      HistoryEntry changed = new HistoryEntry(first.transition(), Bytes.of(other));
      assertRefused(ManifestError.OTHER_MANIFEST, () -> running.set(changed, Head.NONE));
    }
  }
}
