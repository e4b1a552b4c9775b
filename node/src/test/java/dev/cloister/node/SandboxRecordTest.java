package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxRecordTest {

  @TempDir Path temporary;

  private static SandboxRecord running() {
    PodInterface network =
        new PodInterface(
            "tap0",
            "02:00:00:00:00:01",
            1500,
            List.of("10.1.0.2/24"),
            List.of(new PodInterface.Route("0.0.0.0/0", "10.1.0.1")));
    return SandboxRecord.preparing(Specs.simple("a").withDisks(List.of(Specs.disk('b'))))
        .running(new HostProcess(7, 9), Optional.of(network), Bytes.zeros(48))
        .plugging(Specs.disk('c'));
  }

  @Test
  void comesBackAsItWasWritten() {
    SandboxRecord record = running();
    Json json = JsonParser.parse(JsonWriter.canonicalBytes(record.toJson()), StateFile.BUDGET);
    assertThat(SandboxRecord.read(json)).isEqualTo(record);
  }

  @Test
  void comesBackFromTheStoreAndIsGoneAfterDeletion() {
    SandboxStore store = new SandboxStore(new NodeDirectories(temporary, temporary, temporary));
    store.write(running());
    assertThat(store.ids()).containsExactly("a");
    assertThat(store.read("a")).contains(running());
    store.delete("a");
    assertThat(store.read("a")).isEmpty();
  }

  @Test
  void refusesAFieldThatItDoesNotKnow() throws Exception {
    NodeDirectories directories = new NodeDirectories(temporary, temporary, temporary);
    SandboxStore store = new SandboxStore(directories);
    store.write(running());
    Path file = directories.podState("a").resolve(SandboxRecord.FILE);
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"more\":1,"));
    assertThatThrownBy(() -> store.read("a"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.STATE_FAILED);
              assertThat(e).hasMessageContaining("more");
            });
  }

  @Test
  void refusesARecordCutShort() throws Exception {
    NodeDirectories directories = new NodeDirectories(temporary, temporary, temporary);
    SandboxStore store = new SandboxStore(directories);
    store.write(running());
    Path file = directories.podState("a").resolve(SandboxRecord.FILE);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() / 2));
    assertThatThrownBy(() -> store.read("a"))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.STATE_FAILED));
  }
}
