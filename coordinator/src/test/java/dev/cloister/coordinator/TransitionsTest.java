package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.Owners;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionResponse;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadRequest;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadResponse;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Transitions after the first one. */
class TransitionsTest {

  @Test
  void twoOfThreeOwnersUpdateWithoutARestart() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink pod = running.join(Shop.WEB)) {
      Running.joinOver(pod, P256.generate(Shop.RANDOM));
      Manifest next = Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp"));
      SetTransitionResponse answer =
          running.set(running.nextEntry(next, Shop.twoUpdaters()), running.coordinator().head());
      assertThat(answer.headNumber()).isEqualTo(2);
      assertThat(answer.recoveryShares()).isEmpty();
      assertThat(pod.verify().history().head()).isEqualTo(running.coordinator().head());
      try (CoordinatorLink database = running.join(Shop.DATABASE)) {
        assertThat(Running.joinOver(database, P256.generate(Shop.RANDOM)).headNumber())
            .isEqualTo(2);
      }
    }
  }

  @Test
  void whoeverWaitsForATransitionIsToldOfItAtOnce() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink pod = running.join(Shop.WEB);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Head known = running.coordinator().head();
      CompletableFuture<WaitHeadResponse> told =
          CompletableFuture.supplyAsync(
              () ->
                  Running.calls(pod).waitHead(new WaitHeadRequest(known.number(), known.digest())),
              threads);
      running.update(Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp")));
      assertThat(told.get().headNumber()).isEqualTo(2);
    }
  }

  @Test
  void ofTwoOwnersWhoSendAtOnceOneWinsAndTheOtherIsToldWhatIsInForce() throws Exception {
    try (Running running = Running.ready();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Head expected = running.coordinator().head();
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (String reference : List.of("snp", "other")) {
        Manifest next = Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database(reference));
        HistoryEntry entry = running.nextEntry(next, Shop.twoUpdaters());
        answers.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return "taken " + running.set(entry, expected).headNumber();
                  } catch (dev.cloister.encoding.CloisterException e) {
                    return e.code().code();
                  }
                },
                threads));
      }
      assertThat(answers.stream().map(CompletableFuture::join))
          .containsExactlyInAnyOrder("taken 2", ManifestError.HEAD_MOVED.code());
    }
  }

  @Test
  void anApprovalReplayedIsRefused() throws Exception {
    try (Running running = Running.ready()) {
      HistoryEntry second =
          running.nextEntry(
              Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp")),
              Shop.twoUpdaters());
      running.set(second, running.coordinator().head());
      running.update(Shop.first());
      assertRefused(
          ManifestError.NOT_NEXT, () -> running.set(second, running.coordinator().head()));
    }
  }

  @Test
  void twoCoordinatorsOnOneStoreDoNotForkIt() throws Exception {
    try (Running running = Running.ready()) {
      Bytes stored = running.store().read(HistoryStore.HEAD).orElseThrow().value();
      running.store().compareAndSwap(HistoryStore.HEAD, 1, stored);
      HistoryEntry second =
          running.nextEntry(Shop.manifest(Shop.coordinator()), Shop.twoUpdaters());
      assertRefused(
          CoordinatorError.STORE_CONFLICT, () -> running.set(second, running.coordinator().head()));
      assertThat(running.coordinator().head().number()).isEqualTo(1);
    }
  }

  @Test
  void aStoreThatFailsKeepsTheTransitionOutOfForce() throws Exception {
    try (Running running = Running.ready()) {
      HistoryEntry second =
          running.nextEntry(Shop.manifest(Shop.coordinator()), Shop.twoUpdaters());
      Head before = running.coordinator().head();
      running.store().fail();
      assertRefused(CoordinatorError.STORE_FAILED, () -> running.set(second, before));
      assertThat(running.coordinator().head()).isEqualTo(before);
      running.store().heal();
      assertThat(running.set(second, before).headNumber()).isEqualTo(2);
    }
  }

  @Test
  void aWriteWhoseAnswerWasLostIsInForceOnceTheStoreShowsIt() throws Exception {
    try (Running running = Running.fresh()) {
      HistoryEntry first = running.firstEntry(Shop.first());
      running.store().loseAnswers();
      assertRefused(CoordinatorError.STORE_FAILED, () -> running.set(first, Head.NONE));
      running.store().heal();
      SetTransitionResponse answer = running.set(first, Head.NONE);
      assertThat(answer.headNumber()).isEqualTo(1);
      assertThat(answer.recoveryShares()).hasSize(3);
      assertThat(running.store().read(HistoryStore.HEAD).orElseThrow().version()).isEqualTo(1);
    }
  }

  @Test
  void aMeshAuthorityIsAcceptedUntilItsGraceEndsAndIssuesNoMore() throws Exception {
    try (Running running = Running.fresh()) {
      CertificateRules rules = new CertificateRules(Duration.ofMinutes(10), Duration.ofMinutes(2));
      running.set(
          running.firstEntry(Shop.manifest(rules, Shop.coordinator(), Shop.web())), Head.NONE);
      Bytes first = running.coordinator().state().meshCertificates().getFirst();
      running.update(Shop.manifest(rules, Shop.coordinator()));
      List<Bytes> both = running.coordinator().state().meshCertificates();
      assertThat(both).hasSize(2).last().isEqualTo(first);
      running.pass(Duration.ofSeconds(119));
      assertThat(running.coordinator().state().meshCertificates()).isEqualTo(both);
      running.pass(Duration.ofSeconds(1));
      assertThat(running.coordinator().state().meshCertificates()).containsExactly(both.getFirst());
    }
  }

  @Test
  void moreGenerationsThanVerifiersTakeEndTheOldestFirst() throws Exception {
    try (Running running = Running.ready()) {
      for (int i = 0; i < 17; i++) {
        Manifest next =
            i % 2 == 0
                ? Shop.manifest(Shop.coordinator())
                : Shop.manifest(Shop.coordinator(), Shop.web());
        running
            .coordinator()
            .setTransition(
                running.nextEntry(next, Shop.twoUpdaters()), running.coordinator().head());
      }
      assertThat(running.coordinator().state().meshCertificates()).hasSize(16);
      assertThat(running.verify().history().head().number()).isEqualTo(18);
    }
  }

  @Test
  void newRecoveryOwnersGetSharesOfTheirOwn() throws Exception {
    try (Running running = Running.ready()) {
      List<KeyPair> recoverers = Shop.pairs("Ed25519");
      List<KeyPair> openers = Shop.pairs("X25519");
      Owners owners = Shop.owners(recoverers, openers);
      List<KeyPair> signers = new ArrayList<>(Shop.twoOfEach());
      signers.addAll(recoverers);
      SetTransitionResponse answer =
          running.set(
              running.nextEntry(Shop.first().withOwners(owners), signers),
              running.coordinator().head());
      assertThat(answer.recoveryShares()).hasSize(3);
      assertThat(Shop.open(answer.recoveryShares(), 2, openers).size()).isPositive();
    }
  }
}
