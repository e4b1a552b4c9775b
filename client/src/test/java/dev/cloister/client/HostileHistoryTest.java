package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.HistorySource.Page;
import dev.cloister.client.HistorySource.Part;
import dev.cloister.client.Shop.Chronicle;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.rpc.RpcError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Coordinators whose histories are not what their evidence names, or never end. */
class HostileHistoryTest {

  private static final Chronicle CHRONICLE =
      Chronicle.begin()
          .then(Shop.manifest(Shop.coordinator(), Shop.workload("kv")), "kv")
          .then(Shop.manifest(Shop.coordinator()), "no kv");

  private static void verify(HistorySource pages, ClientLimits limits) throws Exception {
    try (FakeCoordinator coordinator = new FakeCoordinator(CHRONICLE).showing(pages);
        CoordinatorLink link =
            new CoordinatorClient(Shop.trust(), limits, Shop.RANDOM)
                .verify(coordinator.address())) {
      link.verify();
    }
  }

  private static void assertHistoryRefused(ErrorCode code, HistorySource pages) {
    assertRefused(code, () -> verify(pages, ClientLimits.STANDARD));
  }

  private static Part part(int index) {
    HistoryEntry entry = CHRONICLE.entries().get(index);
    return new Part(entry.transition().document(), entry.manifest(), entry.manifest().size());
  }

  private static Page all() {
    return new Page(List.of(part(0), part(1), part(2)), false);
  }

  @Test
  void takesWhatIsBehindTheProvenHeadForNothing() throws Exception {
    Chronicle longer =
        Chronicle.of(CHRONICLE.entries()).then(Shop.manifest(Shop.coordinator()), "fourth");
    verify((after, offset, _) -> FakeCoordinator.page(longer, after), ClientLimits.STANDARD);
  }

  @Test
  void refusesAHistoryThatEndsBeforeTheProvenHead() {
    assertHistoryRefused(
        ClientError.HEAD_DIFFERS, (after, offset, _) -> new Page(List.of(part(0), part(1)), false));
    assertHistoryRefused(
        ClientError.HEAD_DIFFERS, (after, offset, _) -> new Page(List.of(), false));
  }

  @Test
  void refusesAHistoryThatGoesAnotherWayThanTheEvidence() {
    Chronicle fork =
        Chronicle.of(CHRONICLE.entries().subList(0, 2))
            .then(Shop.manifest(Shop.coordinator(), Shop.workload("evil")), "fork");
    assertHistoryRefused(
        ClientError.HEAD_DIFFERS, (after, offset, _) -> FakeCoordinator.page(fork, after));
  }

  @Test
  void refusesAManifestWithOneByteChanged() {
    byte[] changed = part(1).manifest().toArray();
    changed[changed.length / 2] ^= 1;
    Part other = new Part(part(1).signedTransition(), Bytes.of(changed), part(1).manifestSize());
    assertPlaceRefused(
        ManifestError.OTHER_MANIFEST,
        "transitions[2]: manifest",
        (after, offset, _) -> new Page(List.of(part(0), other, part(2)), false));
  }

  @Test
  void refusesATransitionThatNobodySigned() {
    SignedTransition unsigned =
        SignedTransition.unsigned(CHRONICLE.entries().get(1).transition().transition());
    Part other = new Part(unsigned.document(), part(1).manifest(), part(1).manifestSize());
    assertPlaceRefused(
        ManifestError.QUORUM_MISSING,
        "transitions[2]: signatures",
        (after, offset, _) -> new Page(List.of(part(0), other, part(2)), false));
  }

  @Test
  void refusesTransitionsInAnotherOrder() {
    assertPlaceRefused(
        ManifestError.NOT_NEXT,
        "transitions[2]: statement.previous",
        (after, offset, _) -> new Page(List.of(part(0), part(2), part(1)), false));
  }

  private static void assertPlaceRefused(ErrorCode code, String place, HistorySource pages) {
    assertRefused(code, place, () -> verify(pages, ClientLimits.STANDARD));
  }

  @Test
  void refusesPagesWithoutEntriesThatNeverEnd() {
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED, (after, offset, _) -> new Page(List.of(), true));
  }

  @Test
  void refusesAFirstEntryWithoutAManifest() {
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED,
        (after, offset, _) ->
            new Page(List.of(new Part(part(0).signedTransition(), Bytes.EMPTY, 0)), false));
  }

  @Test
  void refusesAManifestBeyondItsLimit() {
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED,
        (after, offset, _) ->
            new Page(
                List.of(
                    new Part(
                        part(0).signedTransition(), part(0).manifest(), Manifest.MAX_SIZE + 1L)),
                true));
  }

  @Test
  void refusesASignedTransitionBeyondItsLimit() {
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED,
        (after, offset, _) ->
            new Page(
                List.of(
                    new Part(
                        Bytes.zeros(SignedTransition.MAX_SIZE + 1),
                        part(0).manifest(),
                        part(0).manifestSize())),
                false));
  }

  @Test
  void refusesPiecesOfAManifestThatBringNextToNothing() {
    AtomicInteger pages = new AtomicInteger();
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED,
        (after, offset, _) -> {
          pages.incrementAndGet();
          return new Page(
              List.of(new Part(part(0).signedTransition(), Bytes.zeros(1), 1 << 20)), true);
        });
    assertThat(pages).hasValue(1);
  }

  @Test
  void refusesAPieceThatBelongsToAnotherManifest() {
    Bytes piece = Bytes.zeros(PagedHistory.MIN_PIECE);
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED,
        (after, offset, _) ->
            new Page(
                List.of(new Part(part(offset == 0 ? 0 : 1).signedTransition(), piece, 1 << 20)),
                true));
  }

  @Test
  void refusesAManifestThatIsCutOff() {
    Bytes piece = Bytes.zeros(PagedHistory.MIN_PIECE);
    assertHistoryRefused(
        ClientError.HISTORY_MALFORMED,
        (after, offset, _) ->
            new Page(List.of(new Part(part(0).signedTransition(), piece, 1 << 20)), false));
  }

  @Test
  void joinsAManifestThatCameInPieces() {
    Bytes whole = Shop.noise(3 * PagedHistory.MIN_PIECE + 1);
    Part first = part(0);
    HistorySource pieces =
        (after, offset, _) -> {
          int from = (int) offset;
          int to = Math.min(whole.size(), from + PagedHistory.MIN_PIECE);
          List<Part> parts = new ArrayList<>();
          parts.add(new Part(first.signedTransition(), whole.slice(from, to), whole.size()));
          if (to == whole.size()) {
            parts.add(new Part(part(1).signedTransition(), Bytes.EMPTY, 0));
          }
          return new Page(parts, to < whole.size());
        };
    PagedHistory history =
        new PagedHistory(
            pieces, new VerificationBudget(ClientLimits.STANDARD), 0, Bytes.EMPTY, 2, _ -> {});
    assertThat(history.next().manifest()).isEqualTo(whole);
    assertThat(history.next().manifest()).isEqualTo(whole);
    assertThat(history.hasNext()).isFalse();
  }

  @Test
  void refusesMoreBytesThanAllowed() {
    ClientLimits few = ClientLimits.STANDARD.withVerification(Duration.ofMinutes(1), 1000);
    assertRefused(ClientError.HISTORY_TOO_LARGE, () -> verify((after, offset, _) -> all(), few));
  }

  @Test
  void refusesAPageThatIsLargerThanAFrame() {
    Bytes huge = Bytes.zeros(SignedTransition.MAX_SIZE);
    Page page = new Page(Collections.nCopies(80, new Part(huge, Bytes.EMPTY, 0)), true);
    Assertions.assertThatThrownBy(() -> verify((after, offset, _) -> page, ClientLimits.STANDARD))
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal ->
                assertThat(refusal.code().code()).isEqualTo(RpcError.FRAME_TOO_LARGE.code()));
  }

  @Test
  void doesNotWaitLongerThanAllowed() {
    ClientLimits soon =
        ClientLimits.STANDARD.withVerification(Duration.ofMillis(500), Long.MAX_VALUE);
    assertRefused(
        RpcError.TIMED_OUT,
        () ->
            verify(
                (after, offset, _) -> {
                  pause(Duration.ofSeconds(2));
                  return all();
                },
                soon));
  }

  @Test
  void refusesAStateThatIsAlwaysAheadOfItsEvidence() throws Exception {
    Head ahead = new Head(CHRONICLE.head().number() + 1, Bytes.zeros(32));
    CoordinatorState state =
        new CoordinatorState(Phase.READY, Shop.ROOT.der(), ahead, 0, List.of(Shop.MESH.der()));
    ClientLimits soon =
        ClientLimits.STANDARD.withVerification(Duration.ofSeconds(2), Long.MAX_VALUE);
    try (FakeCoordinator coordinator = new FakeCoordinator(CHRONICLE).stating(() -> state);
        CoordinatorLink link =
            new CoordinatorClient(Shop.trust(), soon, Shop.RANDOM).verify(coordinator.address())) {
      assertRefused(ClientError.HISTORY_TOO_LARGE, link::verify);
    }
  }

  @Test
  void hasNoTimeLeftAfterManyPagesThatCameInTime() {
    VerificationBudget budget =
        new VerificationBudget(
            ClientLimits.STANDARD.withVerification(Duration.ofMillis(1), Long.MAX_VALUE));
    pause(Duration.ofMillis(5));
    assertRefused(ClientError.HISTORY_TOO_LARGE, "history", budget::remaining);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
