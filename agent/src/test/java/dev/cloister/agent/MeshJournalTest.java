package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MeshJournalTest {

  private final MeshJournal journal = new MeshJournal(InstantSource.system());

  private void refuse(String peer, int port) {
    journal.add(MeshEvent.Direction.IN, "CL-AGT-019", peer, port, "10.0.0.2:1", "");
  }

  @Test
  void remembersTheLatestConnectionsAndCountsAll() {
    for (int i = 0; i < MeshJournal.MAX_EVENTS + 10; i++) {
      refuse("web", 80);
    }
    assertThat(journal.after(0, 0)).hasSize(MeshJournal.MAX_EVENTS);
    assertThat(journal.after(0, 0).getFirst().sequence()).isEqualTo(11);
    assertThat(journal.after(MeshJournal.MAX_EVENTS + 9, 0)).hasSize(1);
    assertThat(journal.counts())
        .singleElement()
        .extracting(MeshJournal.Count::connections)
        .isEqualTo(MeshJournal.MAX_EVENTS + 10L);
  }

  @Test
  void countsStrangersTogetherWhereThereAreTooMany() {
    for (int i = 0; i < MeshJournal.MAX_PEERS + 50; i++) {
      refuse("stranger-" + i, 80);
    }
    assertThat(journal.counts()).hasSize(MeshJournal.MAX_PEERS + 1);
    assertThat(journal.counts())
        .filteredOn(count -> count.peer().equals(MeshJournal.OTHERS))
        .singleElement()
        .extracting(MeshJournal.Count::connections)
        .isEqualTo(50L);
  }

  @Test
  void waitsNoLongerThanItIsTold() {
    long begun = Agent.monotonicMillis();
    assertThat(journal.after(0, 50)).isEmpty();
    assertThat(Agent.monotonicMillis() - begun).isBetween(45L, 5_000L);
  }
}
