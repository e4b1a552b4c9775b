package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlattenerTest {

  private static final Reference REFERENCE = Reference.parse("localhost/test:test");

  @TempDir Path temp;

  @Test
  void takesTheHighestLayersFile() throws IOException {
    try (ImageRootfs root =
        flatten(
            new RawTar().directory("etc").file("etc/a", "old").file("etc/b", "kept"),
            new RawTar().file("etc/a", "new"))) {
      assertThat(text(root, "etc/a")).contains("new");
      assertThat(text(root, "/etc/b")).contains("kept");
    }
  }

  @Test
  void whiteoutsHideWhatLowerLayersLeftAndNothingElse() throws IOException {
    try (ImageRootfs root =
        flatten(
            new RawTar().file("d/old", "1").file("d/gone", "1").file("whole/x", "1"),
            new RawTar()
                .file("d/new", "2")
                .file("d/.wh.gone", "")
                .file("d/.wh.new", "")
                .file(".wh.whole", "")
                .file(".wh.never-was", ""))) {
      assertThat(text(root, "d/gone")).isEmpty();
      assertThat(text(root, "d/new")).contains("2");
      assertThat(text(root, "d/old")).contains("1");
      assertThat(root.isDirectory("whole")).isFalse();
    }
  }

  @Test
  void anOpaqueDirectoryHidesLowerFilesInWhateverOrderItComes() throws IOException {
    try (ImageRootfs root =
        flatten(
            new RawTar().file("d/old", "1").file("d/sub/old", "1"),
            new RawTar()
                .file("d/new", "2")
                .file("d/sub/new", "2")
                .file("d/.wh..wh..opq", "")
                .file("d/later", "2"))) {
      assertThat(text(root, "d/old")).isEmpty();
      assertThat(text(root, "d/sub/old")).isEmpty();
      assertThat(text(root, "d/new")).contains("2");
      assertThat(text(root, "d/sub/new")).contains("2");
      assertThat(text(root, "d/later")).contains("2");
    }
  }

  @Test
  void aLinkOfThisLayerToALowerFileOutlivesItsWhiteout() throws IOException {
    try (ImageRootfs root =
        flatten(
            new RawTar().file("a", "linked"),
            new RawTar().hardLink("b", "a").file(".wh.a", "").file(".wh.b", ""))) {
      assertThat(text(root, "a")).isEmpty();
      assertThat(text(root, "b")).contains("linked");
    }
  }

  @Test
  void aFileReplacesADirectoryAndADirectoryAFile() throws IOException {
    try (ImageRootfs root =
        flatten(
            new RawTar().file("d/x", "1").file("f", "1"),
            new RawTar().file("d", "file").directory("f").file("f/x", "below"))) {
      assertThat(text(root, "d")).contains("file");
      assertThat(text(root, "f/x")).contains("below");
    }
  }

  @Test
  void aPathThroughALinkOutOfTheRootStaysInTheRoot() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    try (ImageRootfs root =
        flatten(
            new RawTar()
                .symlink("abs", outside.toString())
                .symlink("rel", "../../../../../../" + outside)
                .file("abs/one", "1")
                .file("rel/two", "2"))) {
      assertThat(text(root, outside + "/one")).contains("1");
      assertThat(text(root, "abs/two")).contains("2");
    }
    try (Stream<Path> left = Files.list(outside)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void keepsAbsoluteLinksAsTheyAreAndReadsThroughThem() throws IOException {
    try (ImageRootfs root =
        flatten(new RawTar().file("etc/real", "r").symlink("usr/link", "/etc/real"))) {
      assertThat(text(root, "usr/link")).contains("r");
    }
  }

  @Test
  void readsLongNamesOfGnuAndPax() throws IOException {
    String gnu = "g".repeat(150) + "/" + "n".repeat(120);
    String pax = "p".repeat(150) + "/é" + "n".repeat(120);
    try (ImageRootfs root =
        flatten(
            new RawTar()
                .gnuLongName(gnu)
                .file("cut", "gnu")
                .pax("path", pax, "mtime", "1700000000.25")
                .file("cut", "pax"))) {
      assertThat(text(root, gnu)).contains("gnu");
      assertThat(text(root, pax)).contains("pax");
    }
  }

  @Test
  void anImageDependsOnTheFlattenedFilesOnly() throws IOException {
    RawTar small = new RawTar().as(0644, 0, 0).file("a", "a").file("b", "b");
    RawTar hiding = new RawTar().as(0644, 0, 0).file("x", "dropped").file("a", "a").file("b", "b");
    RawTar whiteout = new RawTar().file(".wh.x", "");
    ImageDisk one = disk(new RawLayout(temp.resolve("one")).plain(small), "one");
    ImageDisk two = disk(new RawLayout(temp.resolve("two")).gzip(hiding).zstd(whiteout), "two");
    assertThat(one.verity()).isEqualTo(two.verity());
    assertThat(one.path()).hasSameBinaryContentAs(two.path());
  }

  @Test
  void readsBackEveryFileOfALayerThatWasWrittenHere() throws IOException {
    FileTree tree = ErofsWriterTest.portableTree();
    OciLayoutWriter.create(temp.resolve("layout"))
        .image(
            "test",
            ImageConfig.ofEntrypoint(java.util.List.of("/x")),
            java.util.List.of(tree),
            OciLayoutWriter.Compression.ZSTD);
    OciLayout layout = OciLayout.open(temp.resolve("layout"));
    ImageStore store = ImageStore.open(temp.resolve("store"));
    ImageDisk disk = store.disk(store.resolve(REFERENCE, layout), layout, ProgressListener.NONE);
    try (ImageRootfs root = ImageRootfs.open(disk.path())) {
      tree.walk((path, node) -> {
        if (node instanceof FileNode.Regular file) {
          try (java.io.InputStream in = file.content().open()) {
            assertThat(root.read(ByteName.toText(path), 1 << 20))
                .as("%s", path)
                .contains(Bytes.of(in.readAllBytes()));
          }
        }
      });
    }
  }

  @Test
  void readsGzipOfSeveralMembers() throws IOException {
    Bytes tar = new RawTar().file("a", "in two members").bytes();
    Bytes two =
        Bytes.concat(
            RawLayout.gzipped(tar.slice(0, 700)), RawLayout.gzipped(tar.slice(700, tar.size())));
    RawLayout layout =
        new RawLayout(temp.resolve("layout")).layer(MediaType.LAYER + "+gzip", two, Digest.of(tar));
    try (ImageRootfs root = ImageRootfs.open(disk(layout, "store").path())) {
      assertThat(text(root, "a")).contains("in two members");
    }
  }

  @Test
  void refusesAPathThatClimbsOutOfTheRoot() {
    assertRefused(ImageError.LAYER_ESCAPES, "'..'", new RawTar().file("../evil", "x"));
    assertRefused(ImageError.LAYER_ESCAPES, "'..'", new RawTar().file("a/../../evil", "x"));
    assertRefused(
        ImageError.LAYER_ESCAPES, "'..'", new RawTar().hardLink("shadow", "../../etc/shadow"));
  }

  @Test
  void refusesADeviceNode() {
    assertRefused(
        ImageError.LAYER_DEVICE,
        "\"dev/sda\"",
        new RawTar().member("dev/sda", '4', "", new byte[0]));
    assertRefused(
        ImageError.LAYER_DEVICE, "\"null\"", new RawTar().member("null", '3', "", new byte[0]));
  }

  @Test
  void refusesAHardLinkToWhatIsNotInTheImage() {
    assertRefused(ImageError.BAD_LAYER, "/etc/shadow", new RawTar().hardLink("x", "/etc/shadow"));
  }

  @Test
  void refusesALoopOfLinksOnTheWay() {
    RawTar loop = new RawTar().symlink("a", "b").symlink("b", "a").file("a/x", "x");
    assertRefused(ImageError.BAD_LAYER, "too many symbolic links", loop);
  }

  @Test
  void refusesSparseFiles() {
    assertRefused(
        ImageError.LAYER_UNSUPPORTED,
        "sparse",
        new RawTar().pax("GNU.sparse.major", "1").file("s", "x"));
    assertRefused(
        ImageError.LAYER_UNSUPPORTED, "'S'", new RawTar().member("s", 'S', "", new byte[0]));
  }

  @Test
  void refusesAnExtensionHeaderBeyondItsLimit() {
    RawTar large = new RawTar().header("pax", 'x', "", (1 << 20) + 1);
    assertRefused(ImageError.LIMIT, "extension header", large);
  }

  @Test
  void refusesAMemberThatEndsTooEarly() throws IOException {
    Bytes cut = new RawTar().header("a", '0', "", 5000).raw(new byte[512]).unfinished();
    RawLayout layout =
        new RawLayout(temp.resolve("layout")).layer(MediaType.LAYER, cut, Digest.of(cut));
    assertRefused(ImageError.BAD_LAYER, "ends within a member", layout, limits(1 << 30, 100));
  }

  @Test
  void refusesAHeaderWithAWrongChecksum() throws IOException {
    byte[] tar = new RawTar().file("a", "x").bytes().toArray();
    tar[0] ^= 1;
    RawLayout layout =
        new RawLayout(temp.resolve("layout"))
            .layer(MediaType.LAYER, Bytes.of(tar), Digest.of(Bytes.of(tar)));
    assertRefused(ImageError.BAD_LAYER, "checksum", layout, limits(1 << 30, 100));
  }

  @Test
  void refusesDamagedGzip() throws IOException {
    Bytes tar = new RawTar().file("a", "x").bytes();
    Bytes packed = RawLayout.gzipped(tar);
    RawLayout layout =
        new RawLayout(temp.resolve("layout"))
            .layer(MediaType.LAYER + "+gzip", packed.slice(0, packed.size() - 4), Digest.of(tar));
    assertRefused(ImageError.BAD_LAYER, "ends too early", layout, limits(1 << 30, 100));
  }

  @Test
  void refusesAZstdWindowBeyondEightMebibytes() throws IOException {
    Bytes tar = new RawTar().file("a", "x").bytes();
    java.io.ByteArrayOutputStream packed = new java.io.ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(packed)) {
      zstd.setLong(27);
      zstd.write(tar.toArray());
    }
    RawLayout layout =
        new RawLayout(temp.resolve("layout"))
            .layer(MediaType.LAYER + "+zstd", Bytes.of(packed.toByteArray()), Digest.of(tar));
    assertRefused(ImageError.BAD_LAYER, "too much memory", layout, limits(1 << 30, 100));
  }

  @Test
  void refusesALayerWhoseUnpackedBytesAreOthers() throws IOException {
    RawLayout layout =
        new RawLayout(temp.resolve("layout"))
            .layer(
                MediaType.LAYER, new RawTar().file("a", "x").bytes(), Digest.of(Bytes.ofUtf8("?")));
    assertRefused(ImageError.BLOB_DIFFERS, "layer 1 of", layout, limits(1 << 30, 100));
  }

  @Test
  void refusesAZipBombByItsRatio() throws IOException {
    Bytes zeros = Bytes.zeros(8 << 20);
    RawTar bomb = new RawTar().member("zeros", '0', "", zeros.toArray());
    RawLayout layout = new RawLayout(temp.resolve("layout")).gzip(bomb);
    assertRefused(
        ImageError.LIMIT, "zip bomb", layout, new FlattenLimits(1 << 30, 100, 100, 1 << 20));
  }

  @Test
  void refusesAnImageLargerThanTheLimit() throws IOException {
    RawTar large = new RawTar().member("zeros", '0', "", new byte[1 << 20]);
    RawLayout layout = new RawLayout(temp.resolve("layout")).plain(large).plain(large);
    assertRefused(ImageError.LIMIT, "more than 2000000 bytes", layout, limits(2_000_000, 100));
  }

  @Test
  void refusesMoreFilesThanTheLimit() throws IOException {
    RawTar many = new RawTar();
    for (int i = 0; i < 11; i++) {
      many.file("f" + i, "");
    }
    RawLayout layout = new RawLayout(temp.resolve("layout")).plain(many);
    assertRefused(ImageError.LIMIT, "more than 10 files", layout, limits(1 << 30, 10));
  }

  @Test
  void refusesToReadAFileLargerThanAskedFor() throws IOException {
    try (ImageRootfs root = flatten(new RawTar().file("etc/passwd", "root:x:0:0"))) {
      assertThatThrownBy(() -> root.read("etc/passwd", 9))
          .isInstanceOfSatisfying(
              CloisterException.class, e -> assertThat(e.code()).isEqualTo(ImageError.LIMIT));
    }
  }

  private void assertRefused(ImageError code, String detail, RawTar tar) {
    try {
      Path directory = Files.createTempDirectory(temp, "layout");
      assertRefused(code, detail, new RawLayout(directory).plain(tar), limits(1 << 30, 1000));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertRefused(
      ImageError code, String detail, RawLayout layout, FlattenLimits limits) {
    Path store = temp.resolve("refusing-" + detail.hashCode());
    assertThatThrownBy(() -> disk(layout, store, limits))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContaining(detail);
            });
    try (Stream<Path> left = Files.list(store.resolve("images"))) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("locks");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static FlattenLimits limits(long bytes, long entries) {
    return new FlattenLimits(bytes, entries, 1000, 1 << 30);
  }

  private ImageRootfs flatten(RawTar... layers) throws IOException {
    RawLayout layout = new RawLayout(temp.resolve("layout"));
    for (RawTar layer : layers) {
      layout.plain(layer);
    }
    return ImageRootfs.open(disk(layout, "store").path());
  }

  private ImageDisk disk(RawLayout layout, String store) throws IOException {
    return disk(layout, temp.resolve(store), FlattenLimits.DEFAULT);
  }

  private static ImageDisk disk(RawLayout raw, Path directory, FlattenLimits limits)
      throws IOException {
    OciLayout layout = raw.finish();
    ImageStore store =
        ImageStore.open(
            directory,
            new StoreLimits(1 << 30, Duration.ofHours(1), limits),
            InstantSource.system());
    return store.disk(store.resolve(REFERENCE, layout), layout, ProgressListener.NONE);
  }

  private static Optional<String> text(ImageRootfs root, String path) {
    return root.read(path, 1 << 16).map(Bytes::toUtf8);
  }
}
