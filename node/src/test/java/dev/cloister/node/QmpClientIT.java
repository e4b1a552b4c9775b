package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real QEMU with an empty machine. */
class QmpClientIT {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Json.Obj NOTHING = Json.object().build();

  @TempDir Path temporary;
  private Process qemu;
  private QmpClient client;

  @BeforeEach
  void start() throws Exception {
    Path socket = temporary.resolve("qmp.sock");
    qemu =
        new ProcessBuilder(
                "qemu-system-x86_64",
                "-machine",
                "none",
                "-nodefaults",
                "-display",
                "none",
                "-qmp",
                "unix:" + socket + ",server=on,wait=off")
            .inheritIO()
            .start();
    for (int i = 0; i < 500 && !Files.exists(socket); i++) {
      Thread.sleep(10);
    }
    NodeThreads threads =
        new NodeThreads(new EventLog(temporary.resolve("log"), InstantSource.system()));
    client = QmpClient.connect(socket, threads, LIMIT);
  }

  @AfterEach
  void end() {
    client.close();
    qemu.destroyForcibly();
  }

  @Test
  void executesACommandAndReturnsItsResult() {
    Json version = client.execute("query-version", NOTHING, LIMIT);
    assertThat(JsonWriter.canonical(version)).contains("\"major\":");
  }

  @Test
  void passesOnWhyQemuRefuses() {
    assertThatThrownBy(() -> client.execute("no-such-command", NOTHING, LIMIT))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.QMP_FAILED);
              assertThat(e.detail()).contains("no-such-command");
            });
  }

  @Test
  void failsOpenCallsAndLaterOnesWhenQemuEnds() throws Exception {
    qemu.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    client.ended().get(5, TimeUnit.SECONDS);
    assertThatThrownBy(() -> client.execute("query-version", NOTHING, LIMIT))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.QMP_FAILED));
  }
}
