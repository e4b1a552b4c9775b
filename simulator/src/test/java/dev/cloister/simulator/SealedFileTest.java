package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedFileTest {

  @TempDir Path directory;

  @Test
  void holdsTheBytesThatWereReadWhateverBecomesOfTheFile() throws IOException {
    Path file = Files.write(directory.resolve("kernel"), new byte[] {1, 2, 3});
    try (SealedFile sealed = SealedFile.copyOf(file, "kernel", 10)) {
      Files.write(file, new byte[] {9, 9, 9});
      assertThat(Files.readAllBytes(Path.of(sealed.path()))).containsExactly(1, 2, 3);
      assertThat(sealed.sha256()).isEqualTo(Bytes.of(new byte[] {1, 2, 3}).sha256());
      assertThat(sealed.content().toHex()).isEqualTo("010203");
    }
  }

  @Test
  void cannotBeWrittenByAnybody() throws IOException {
    Path file = Files.write(directory.resolve("kernel"), new byte[] {1, 2, 3});
    try (SealedFile sealed = SealedFile.copyOf(file, "kernel", 10)) {
      assertThatThrownBy(() -> Files.write(Path.of(sealed.path()), new byte[] {9}))
          .isInstanceOf(IOException.class);
      assertThat(sealed.content().toHex()).isEqualTo("010203");
    }
  }

  @Test
  void refusesOneByteMoreThanAllowed() throws IOException {
    Path file = Files.write(directory.resolve("kernel"), new byte[11]);
    assertThatThrownBy(() -> SealedFile.copyOf(file, "kernel", 10))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(SimulatorError.FILE_TOO_LARGE));
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> SealedFile.copyOf(directory.resolve("none"), "initrd", 10))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(SimulatorError.FILE_UNREADABLE));
  }
}
