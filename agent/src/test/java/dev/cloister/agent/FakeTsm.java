package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A directory that behaves as one of the kernel's {@code tsm/report} entries: when {@code inblob}
 * has been written, the generation grows, and only then does {@code outblob} give a report.
 */
final class FakeTsm {

  private final Path entry;

  FakeTsm(Path reports) throws Exception {
    this.entry = Files.createDirectories(reports.resolve("cloister"));
    Files.writeString(entry.resolve("provider"), "sev_guest\n");
    Files.writeString(entry.resolve("generation"), "4\n");
    Files.write(entry.resolve("inblob"), new byte[0]);
    Files.write(entry.resolve("auxblob"), new byte[] {7, 7});
    int code = new ProcessBuilder("mkfifo", entry.resolve("outblob").toString()).start().waitFor();
    if (code != 0) {
      throw new IOException("mkfifo: " + code);
    }
  }

  Path entry() {
    return entry;
  }

  /** Answers one request; {@code writes} is how much the generation grows. */
  void answer(UnaryOperator<Bytes> report, int writes) {
    AgentThreads.start("tsm", () -> answerOnce(report, writes));
  }

  private void answerOnce(UnaryOperator<Bytes> report, int writes) {
    try {
      Path in = entry.resolve("inblob");
      while (Files.size(in) < 64) {
        Thread.sleep(2);
      }
      Files.writeString(entry.resolve("generation"), (4 + writes) + "\n");
      Files.write(
          entry.resolve("outblob"), report.apply(Bytes.of(Files.readAllBytes(in))).toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
