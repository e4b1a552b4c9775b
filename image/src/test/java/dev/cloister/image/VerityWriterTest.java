package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerityWriterTest {

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 127, 128, 129, 128 * 128, 128 * 128 + 1})
  void makesTheTreeThatVeritysetupAccepts(int blocks) throws Exception {
    Path file = data(blocks);
    VerityRoot root = VerityWriter.append(file);
    assertThat(root.dataBlocks()).isEqualTo(blocks);
    assertThat(root.hashStart()).isEqualTo(blocks + 1);
    verify(file, root);
  }

  @Test
  void makesTheTreeThatVeritysetupAcceptsWithASalt() throws Exception {
    Path file = data(300);
    verify(file, VerityWriter.append(file, Bytes.ofHex("a5".repeat(32))));
  }

  @Test
  void givesTheSameFileForTheSameData() throws IOException {
    Path one = data(5000);
    Path two = temp.resolve("two");
    Files.copy(one, two);
    assertThat(VerityWriter.append(one)).isEqualTo(VerityWriter.append(two));
    assertThat(one).hasSameBinaryContentAs(two);
  }

  @Test
  void refusesAFileThatEndsWithinABlock() throws IOException {
    Path file = temp.resolve("odd");
    Files.write(file, new byte[4097]);
    assertThatThrownBy(() -> VerityWriter.append(file)).hasMessageContaining("4097 bytes");
  }

  private Path data(int blocks) throws IOException {
    Path file = temp.resolve("data");
    Files.write(file, ErofsWriterTest.pattern(blocks * 4096).toArray());
    return file;
  }

  private static void verify(Path file, VerityRoot root) throws Exception {
    Programs.run(
        "veritysetup",
        "verify",
        file.toString(),
        file.toString(),
        root.root().toHex(),
        "--hash-offset=" + root.dataBlocks() * 4096);
  }
}
