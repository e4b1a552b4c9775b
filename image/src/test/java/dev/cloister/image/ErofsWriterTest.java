package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ErofsWriterTest {

  private static final long TIME = 1_750_000_000L;
  private static final FileAttributes DIRECTORY = FileAttributes.ofRoot(0755, TIME);
  private static final FileAttributes FILE = FileAttributes.ofRoot(0644, TIME);

  @TempDir Path temp;

  @Test
  void writesTheSameBytesForTheSameTreeInAnotherOrderOfMaking() throws IOException {
    FileTree one = new FileTree(DIRECTORY);
    one.file("b", FileContent.of(Bytes.ofUtf8("bee")), FILE);
    one.symlink("dir/link", "../b", FILE);
    one.file("a", FileContent.of(Bytes.EMPTY), FILE);
    FileTree two = new FileTree(DIRECTORY);
    two.file("a", FileContent.of(Bytes.EMPTY), FILE);
    two.file("/b", FileContent.of(Bytes.ofUtf8("bee")), FILE);
    two.symlink("dir//link", "../b", FILE);
    assertThat(write(one, "one")).hasSameBinaryContentAs(write(two, "two"));
  }

  @Test
  void writesOneTreeTwiceWithTheSameBytes() throws IOException {
    FileTree tree = awkwardTree();
    assertThat(write(tree, "one")).hasSameBinaryContentAs(write(tree, "two"));
  }

  @Test
  void satisfiesTheCheckerOfErofsUtils() throws Exception {
    Path image = write(awkwardTree(), "image");
    Programs.run("fsck.erofs", image.toString());
    assertThat(Programs.run("dump.erofs", "-s", image.toString()))
        .contains("Filesystem inode count")
        .contains("sb_csum mtime");
  }

  @Test
  void refusesADeviceWhereTheCallerAllowsNone() {
    FileTree tree = new FileTree(DIRECTORY);
    tree.device("dev/null", false, 1, 3, FILE);
    assertThatThrownBy(() -> write(tree, "image"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dev/null");
  }

  @Test
  void refusesAContentThatEndsBeforeItsSize() {
    FileTree tree = new FileTree(DIRECTORY);
    FileContent content = FileContent.of(Bytes.ofUtf8("short"));
    tree.file("f", new LyingContent(content, 6), FILE);
    assertThatThrownBy(() -> write(tree, "image"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1 bytes before its size");
  }

  @Test
  void refusesAContentThatGoesOnAfterItsSize() {
    FileTree tree = new FileTree(DIRECTORY);
    FileContent content = FileContent.of(Bytes.ofUtf8("longer"));
    tree.file("f", new LyingContent(content, 5), FILE);
    assertThatThrownBy(() -> write(tree, "image")).hasMessageContaining("goes on after its size");
  }

  private record LyingContent(FileContent content, long size) implements FileContent {
    @Override
    public java.io.InputStream open() throws IOException {
      return content.open();
    }
  }

  /** Every kind of node, names and sizes at the edges of blocks, large directories and xattrs. */
  static FileTree awkwardTree() {
    TreeMap<String, Bytes> xattrs = new TreeMap<>();
    xattrs.put("user.empty", Bytes.EMPTY);
    xattrs.put("user.large", pattern(5000));
    return awkwardTree(xattrs);
  }

  /** The same with attributes that tar can hold, which knows no empty ones, and ext4. */
  static FileTree portableTree() {
    TreeMap<String, Bytes> xattrs = new TreeMap<>();
    xattrs.put("user.large", pattern(1000));
    return awkwardTree(xattrs);
  }

  private static FileTree awkwardTree(java.util.Map<String, Bytes> further) {
    FileTree tree = new FileTree(DIRECTORY);
    for (int size : new int[] {0, 1, 4095, 4096, 4097, 300_000}) {
      tree.file("sizes/" + size, FileContent.of(pattern(size)), FILE);
    }
    for (int i = 0; i < 1500; i++) {
      tree.file("many/file-with-a-longer-name-" + i, FileContent.of(Bytes.EMPTY), FILE);
    }
    tree.file("names/" + "n".repeat(255), FileContent.of(Bytes.ofUtf8("n")), FILE);
    tree.file("names/é ü\n\\", FileContent.of(Bytes.ofUtf8("n")), FILE);
    for (int length : new int[] {1, 60, 255, 4000, 4060, 4095}) {
      tree.symlink("links/" + length, "l".repeat(length), FILE);
    }
    tree.fifo("fifo", FILE);
    tree.file("hard/first", FileContent.of(Bytes.ofUtf8("shared")), FILE.withOwner(70_000, 1));
    tree.hardLink("hard/second", "hard/first");
    tree.hardLink("third", "hard/first");
    tree.file("old", FileContent.of(Bytes.EMPTY), FileAttributes.ofRoot(04755, 12345));
    TreeMap<String, Bytes> xattrs = new TreeMap<>();
    xattrs.put("security.capability", Bytes.ofHex("0100000200040000000000000000000000000000"));
    xattrs.put("user.note", Bytes.ofUtf8("kept"));
    xattrs.put("trusted.t", Bytes.ofUtf8("t"));
    tree.file("xattrs/some", FileContent.of(Bytes.ofUtf8("x")), FILE.withXattrs(xattrs));
    xattrs.putAll(further);
    tree.file("xattrs/large", FileContent.of(pattern(5000)), FILE.withXattrs(xattrs));
    tree.directory("xattrs/directory", DIRECTORY.withXattrs(xattrs));
    tree.symlink("xattrs/link", "some", FILE);
    return tree;
  }

  static Bytes pattern(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8));
    }
    return Bytes.of(bytes);
  }

  private Path write(FileTree tree, String name) throws IOException {
    Path file = temp.resolve(name);
    long blocks = ErofsWriter.write(tree, file, ErofsOptions.ofTime(TIME));
    assertThat(Files.size(file)).isEqualTo(blocks * 4096);
    return file;
  }
}
