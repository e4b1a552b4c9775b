package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache on a file system of two megabytes; needs root. */
final class FullDiskIT {

  @TempDir Path temp;

  @Test
  void saysThatTheDiskIsFullAndLeavesNothingHalfMade() throws Exception {
    RawTar large =
        new RawTar().member("large", '0', "", ErofsWriterTest.pattern(4 << 20).toArray());
    OciLayout layout = new RawLayout(temp.resolve("layout")).gzip(large).finish();
    Path small = Files.createDirectory(temp.resolve("small"));
    Programs.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString());
    try {
      ImageStore store = ImageStore.open(small);
      ResolvedImage image = store.resolve(Reference.parse("localhost/x:test"), layout);
      assertThatThrownBy(() -> store.disk(image, layout, ProgressListener.NONE))
          .isInstanceOf(CloisterException.class)
          .hasMessage("CL-IMG-017 " + small + ": the file system is full");
      try (Stream<Path> left = Files.list(small.resolve("images"))) {
        assertThat(left).containsExactly(small.resolve("images/locks"));
      }
    } finally {
      Programs.run("umount", small.toString());
    }
  }
}
