package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.rpc.CoordinatorMessages.Entry;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryRequest;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories in pages. */
class HistoryPagesTest {

  private static HistoryEntry entry(int number, Bytes manifest) {
    Bytes root = Bytes.ofUtf8("root").sha256();
    Manifest any = Shop.first();
    Transition transition =
        number == 1
            ? Transition.first(any, "first", Shop.EXPIRES, root)
            : Transition.after(new Head(number - 1, root), any, "next", Shop.EXPIRES);
    return new HistoryEntry(SignedTransition.unsigned(transition), manifest);
  }

  private static GetHistoryResponse page(List<HistoryEntry> entries, long after, long offset) {
    return HistoryPages.page(entries, new GetHistoryRequest(after, offset));
  }

  @Test
  void aManifestThatStaysTheSameTravelsOnce() {
    Bytes manifest = Bytes.zeros(1000);
    GetHistoryResponse page = page(List.of(entry(1, manifest), entry(2, manifest)), 0, 0);
    assertThat(page.more()).isFalse();
    assertThat(page.entries()).extracting(Entry::manifestSize).containsExactly(1000L, 0L);
    assertThat(page.entries()).extracting(Entry::manifest).containsExactly(manifest, Bytes.EMPTY);
  }

  @Test
  void aLongManifestTravelsInPiecesThatFillTheirPages() {
    Bytes manifest = Bytes.zeros(5 * HistoryPages.PAGE_SIZE / 2);
    List<HistoryEntry> entries = List.of(entry(1, Bytes.zeros(10)), entry(2, manifest));
    GetHistoryResponse first = page(entries, 0, 0);
    assertThat(first.entries()).hasSize(1);
    assertThat(first.more()).isTrue();
    long have = 0;
    int pages = 0;
    while (have < manifest.size()) {
      GetHistoryResponse page = page(entries, 1, have);
      Entry piece = page.entries().getFirst();
      assertThat(piece.manifestSize()).isEqualTo(manifest.size());
      have += piece.manifest().size();
      assertThat(page.more()).isEqualTo(have < manifest.size());
      pages++;
    }
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void aPlaceBehindTheEndIsRefused() {
    List<HistoryEntry> entries = List.of(entry(1, Bytes.zeros(10)));
    assertThat(page(entries, 1, 0).entries()).isEmpty();
    assertRefused(CoordinatorError.BAD_REQUEST, "afterNumber", () -> page(entries, 2, 0));
    assertRefused(CoordinatorError.BAD_REQUEST, "afterNumber", () -> page(entries, -1, 0));
    assertRefused(CoordinatorError.BAD_REQUEST, "manifestOffset", () -> page(entries, 0, 10));
    assertRefused(CoordinatorError.BAD_REQUEST, "manifestOffset", () -> page(entries, 0, -1));
  }

  @Test
  void aManifestOfThousandsOfWorkloadsIsSetAndVerified() throws Exception {
    List<Workload> workloads = new ArrayList<>(List.of(Shop.coordinator(), Shop.web()));
    for (int i = 0; i < 8000; i++) {
      workloads.add(
          Workload.plain(
              Bytes.ofUtf8("pod " + i).sha256(),
              "pod-" + i,
              "default",
              WorkloadRole.WORKLOAD,
              List.of("snp")));
    }
    Manifest manifest = Shop.manifest(workloads.toArray(new Workload[0]));
    assertThat(manifest.document().size()).isGreaterThan(HistoryPages.PAGE_SIZE);
    try (Running running = Running.ready()) {
      running.update(manifest);
      assertThat(running.verify().manifest()).isEqualTo(manifest);
    }
  }
}
