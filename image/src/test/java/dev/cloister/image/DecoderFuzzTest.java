package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changed and cut inputs end in a refusal or a result, never in another failure. */
final class DecoderFuzzTest {

  private static final int ROUNDS = 300;
  private static final FlattenLimits LIMITS = new FlattenLimits(1 << 22, 100, 1000, 1 << 20);

  @TempDir Path temp;

  @Test
  void layersWithAnyBytesChangedAreReadOrRefused() throws IOException {
    byte[] tar =
        new RawTar()
            .pax("path", "deep/name", "SCHILY.xattr.user.a", "b", "mtime", "1.5")
            .file("x", "content")
            .gnuLongName("l".repeat(120))
            .symlink("s", "/deep")
            .hardLink("h", "deep/name")
            .file("s/.wh.name", "")
            .bytes()
            .toArray();
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      read += flatten(changed(tar, random)) ? 1 : 0;
    }
    assertThat(read).isBetween(1, ROUNDS - 1);
  }

  @Test
  void gzipWithAnyBytesChangedIsReadOrRefused() throws IOException {
    byte[] packed = RawLayout.gzipped(ErofsWriterTest.pattern(5000)).toArray();
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      try (InputStream in = new GzipInput(new ByteArrayInputStream(changed(packed, random)))) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      } catch (DamagedDataException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void disksWithAnyBytesChangedAreReadOrRefused() throws IOException {
    Path image = temp.resolve("image");
    FileTree tree = new FileTree(FileAttributes.ofRoot(0755, 0));
    tree.file("etc/passwd", FileContent.of(ErofsWriterTest.pattern(100)), tree.root().attributes());
    tree.symlink("link", "/etc", tree.root().attributes());
    ErofsWriter.write(tree, image, ErofsOptions.ofTime(0));
    byte[] bytes = Files.readAllBytes(image);
    Random random = new Random(9);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      Files.write(image, changed(bytes, random));
      try (ImageRootfs root = ImageRootfs.open(image)) {
        root.read("link/passwd", 1 << 16);
      } catch (CloisterException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static byte[] changed(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(8) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
        : bytes;
  }

  private boolean flatten(byte[] layer) throws IOException {
    Path file = temp.resolve("disk");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      Flattener flattener = new Flattener(channel, LIMITS);
      Digest diffId = Digest.of(dev.cloister.encoding.Bytes.of(layer));
      flattener.add(new ByteArrayInputStream(layer), MediaType.Packing.PLAIN, "layer", diffId);
      flattener.finish();
      return true;
    } catch (CloisterException e) {
      return false;
    }
  }
}
