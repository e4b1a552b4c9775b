package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Linux itself sees in our images; needs root. */
final class ErofsMountIT {

  @TempDir Path temp;
  private Path mountPoint;

  @BeforeEach
  void mount() throws Exception {
    Path image = temp.resolve("image");
    ErofsWriter.write(ErofsWriterTest.awkwardTree(), image, ErofsOptions.ofTime(1_750_000_000L));
    mountPoint = Files.createDirectory(temp.resolve("mounted"));
    Programs.run("mount", "-t", "erofs", "-o", "loop,ro", image.toString(), mountPoint.toString());
  }

  @AfterEach
  void unmount() throws Exception {
    Programs.run("umount", mountPoint.toString());
  }

  @Test
  void linuxSeesEveryNodeAsItWasPut() throws Exception {
    FileTree tree = ErofsWriterTest.awkwardTree();
    List<String> seen = new ArrayList<>();
    tree.walk((path, node) -> {
      Path file = mountPoint.resolve(ByteName.toText(path));
      compare(file, node);
      seen.add(path);
    });
    try (Stream<Path> all = Files.walk(mountPoint)) {
      assertThat(all).hasSize(seen.size() + 1);
    }
  }

  private static void compare(Path file, FileNode node) throws IOException {
    LinuxFile found = LinuxFile.of(file);
    FileAttributes expected = node.attributes();
    assertThat(found.mode() & 07777).as("mode of %s", file).isEqualTo(expected.mode());
    assertThat(found.uid()).as("owner of %s", file).isEqualTo(expected.uid());
    assertThat(found.gid()).as("group of %s", file).isEqualTo(expected.gid());
    assertThat(found.mtime().toInstant().getEpochSecond()).isEqualTo(expected.mtime());
    assertThat(found.xattrs()).as("xattrs of %s", file).isEqualTo(expected.xattrs());
    if (!(node instanceof FileNode.Directory)) {
      assertThat(found.links()).as("links of %s", file).isEqualTo(node.links());
    }
    switch (node) {
      case FileNode.Directory _ -> assertThat(Files.isDirectory(file)).isTrue();
      case FileNode.Symlink link ->
          assertThat(Files.readSymbolicLink(file).toString())
              .isEqualTo(ByteName.toText(link.target()));
      case FileNode.Regular regular -> compareContent(file, regular);
      case FileNode.Fifo _ -> assertThat(found.mode() & 0170000).isEqualTo(0010000);
      case FileNode.Device _ -> throw new AssertionError("no device was put: " + file);
    }
  }

  private static void compareContent(Path file, FileNode.Regular regular) throws IOException {
    try (InputStream in = regular.content().open()) {
      assertThat(Files.readAllBytes(file)).as("%s", file).isEqualTo(in.readAllBytes());
    }
  }
}
