package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.Shop.Chronicle;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.ManifestError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client remembers from one run to the next. */
class KnownHeadsFileTest {

  @TempDir private Path directory;

  private KnownHeadsFile memory() {
    return KnownHeadsFile.at(directory.resolve("new/known-heads.json"));
  }

  private static Chronicle two() {
    return Chronicle.begin().then(Shop.manifest(Shop.coordinator()), "second");
  }

  @Test
  void knowsNothingAtFirst() {
    assertThat(memory().recall(Shop.trust()).floors()).isEmpty();
  }

  @Test
  void remembersTheNewestTransition() {
    Chronicle chronicle = two();
    memory().remember(chronicle.history());
    assertThat(memory().recall(Shop.trust()).floors())
        .containsExactly(Floor.of(chronicle.history()));
    DeploymentPin other = new DeploymentPin(Bytes.ofUtf8("other").sha256());
    assertThat(memory().recall(Trust.of(other, Shop.CLOCK)).floors()).isEmpty();
  }

  @Test
  void doesNotRememberAnOlderOrAForkedHistory() {
    Chronicle chronicle = two();
    memory().remember(chronicle.history());
    Chronicle older = Chronicle.of(chronicle.entries().subList(0, 1));
    assertRefused(ManifestError.OLDER_HEAD, "head", () -> memory().remember(older.history()));
    older.then(Shop.manifest(Shop.coordinator(), Shop.workload("evil")), "fork");
    assertRefused(ManifestError.FORKED_HISTORY, "head", () -> memory().remember(older.history()));
    assertThat(memory().recall(Shop.trust()).floors())
        .containsExactly(Floor.of(chronicle.history()));
  }

  @Test
  void isNotPassedOverWhereItCannotBeRead() throws Exception {
    Files.createDirectories(memory().path().resolveSibling("."));
    Files.writeString(memory().path(), "{");
    assertRefused(ClientError.MEMORY_UNUSABLE, () -> memory().recall(Shop.trust()));
    assertRefused(ClientError.MEMORY_UNUSABLE, () -> memory().remember(two().history()));
  }

  @Test
  void refusesAFileThatIsTooLarge() throws Exception {
    Files.createDirectories(memory().path().resolveSibling("."));
    Files.write(memory().path(), new byte[(2 << 20) + 1]);
    assertRefused(ClientError.MEMORY_UNUSABLE, () -> memory().recall(Shop.trust()));
  }

  @Test
  void isUnusableWhereNothingCanBeWritten() throws Exception {
    Path file = directory.resolve("a file");
    Files.writeString(file, "");
    KnownHeadsFile memory = KnownHeadsFile.at(file.resolve("known-heads.json"));
    assertRefused(ClientError.MEMORY_UNUSABLE, () -> memory.remember(two().history()));
  }

  @Test
  void isWrittenByManyAtOnceAndLeavesNothingBehind() throws Exception {
    Chronicle chronicle = Chronicle.begin();
    List<Thread> writers = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 16; i++) {
      Thread writer = Thread.ofVirtual().unstarted(() -> memory().remember(chronicle.history()));
      writer.setUncaughtExceptionHandler((_, failure) -> failures.add(failure));
      writers.add(writer);
    }
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures).isEmpty();
    try (java.util.stream.Stream<Path> files = Files.list(directory.resolve("new"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("known-heads.json", "known-heads.json.lock");
    }
  }

  @Test
  void isTheUsersOwn() {
    assertThat(KnownHeadsFile.ofUser(Map.of("XDG_STATE_HOME", "/x", "HOME", "/h")).path())
        .isEqualTo(Path.of("/x/cloister/known-heads.json"));
    assertThat(KnownHeadsFile.ofUser(Map.of("XDG_STATE_HOME", "x", "HOME", "/h")).path())
        .isEqualTo(Path.of("/h/.local/state/cloister/known-heads.json"));
    assertRefused(ClientError.MEMORY_UNUSABLE, "HOME", () -> KnownHeadsFile.ofUser(Map.of()));
  }
}
