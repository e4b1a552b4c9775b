package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our disks, mounted by Linux, against what umoci makes of the same images; needs root. */
final class UmociIT {

  private static final String CAPABILITY = "\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

  @TempDir Path temp;

  @Test
  void linuxSeesInOurDiskWhatUmociUnpacks() throws Exception {
    compare(new RawLayout(temp.resolve("layout")).gzip(lowest()).plain(middle()).gzip(highest()));
  }

  @Test
  void linuxSeesInOurDiskWhatUmociUnpacksOfOurOwnLayout() throws Exception {
    OciLayoutWriter writer = OciLayoutWriter.create(temp.resolve("layout"));
    writer.image(
        "test",
        ImageConfig.ofEntrypoint(List.of("/x")),
        List.of(ErofsWriterTest.portableTree()),
        OciLayoutWriter.Compression.GZIP);
    compare(OciLayout.open(temp.resolve("layout")));
  }

  private static RawTar lowest() {
    RawTar tar =
        new RawTar()
            .as(0755, 0, 1_600_000_000L)
            .member("./", '5', "", new byte[0])
            .directory("etc")
            .directory("usr")
            .directory("usr/bin")
            .symlink("bin", "usr/bin")
            .as(04755, 0, 1_600_000_001L)
            .file("bin/su", "set-user-id, through a link")
            .as(01777, 0, 1_600_000_002L)
            .directory("tmp")
            .as(0640, 1000, 1_600_000_003L)
            .file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
            .file("etc/replaced", "old")
            .file("etc/gone", "hidden by a whiteout")
            .file("etc/linked", "linked from above")
            .hardLink("etc/linked-here", "etc/linked")
            .file("opaque/old", "hidden by an opaque directory")
            .file("opaque/sub/old", "hidden as well")
            .directory("becomes-file")
            .file("becomes-file/x", "x")
            .file("becomes-directory", "file")
            .symlink("dangling", "/nowhere/at/all")
            .symlink("absolute", "/etc")
            .member("pipe", '6', "", new byte[0])
            .member("large", '0', "", ErofsWriterTest.pattern(1_000_000).toArray());
    return tar.pax("SCHILY.xattr.user.note", "kept", "SCHILY.xattr.security.capability", CAPABILITY)
        .file("usr/bin/capable", "ping")
        .pax("mtime", "1600000004.123456789", "uid", "3000000", "gid", "4000000")
        .file("usr/large-owner", "o")
        .pax("path", "deep/" + "d/".repeat(100) + "f".repeat(200))
        .file("cut", "long path");
  }

  private static RawTar middle() {
    return new RawTar()
        .as(0600, 7, 1_650_000_000L)
        .file("etc/replaced", "new")
        .file("etc/.wh.gone", "")
        .hardLink("linked-above", "etc/linked")
        .file("opaque/.wh..wh..opq", "")
        .file("opaque/new", "new")
        .file("becomes-file", "file now")
        .file("absolute/through-link", "in etc")
        .as(0700, 8, 1_650_000_001L)
        .directory("becomes-directory")
        .file("becomes-directory/y", "y")
        .directory("tmp");
  }

  private static RawTar highest() {
    return new RawTar()
        .as(0644, 0, 1_690_000_000L)
        .file("etc/linked", "another file now; the other names keep the old one")
        .file(".wh.large", "")
        .file("large-again", "small");
  }

  private void compare(RawLayout layout) throws Exception {
    compare(layout.finish());
  }

  private void compare(OciLayout layout) throws Exception {
    ImageStore store = ImageStore.open(temp.resolve("store"));
    ResolvedImage image = store.resolve(Reference.parse("localhost/x:test"), layout);
    ImageDisk disk = store.disk(image, layout, ProgressListener.NONE);
    Programs.run("fsck.erofs", disk.path().toString());
    Path bundle = temp.resolve("bundle");
    Programs.run("umoci", "unpack", "--image", layout.directory() + ":test", bundle.toString());
    Path ours = Files.createDirectory(temp.resolve("ours"));
    Programs.run("mount", "-t", "erofs", "-o", "loop,ro", disk.path().toString(), ours.toString());
    try {
      compare(ours, bundle.resolve("rootfs"));
    } finally {
      Programs.run("umount", ours.toString());
    }
  }

  private static void compare(Path ours, Path theirs) throws IOException {
    Set<Path> names = names(ours);
    assertThat(names).isEqualTo(names(theirs));
    for (Path name : names) {
      compareFile(name, ours.resolve(name), theirs.resolve(name));
    }
    assertThat(linkGroups(ours)).isEqualTo(linkGroups(theirs));
  }

  private static Set<Path> names(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      Set<Path> names = new TreeSet<>();
      all.map(root::relativize).forEach(names::add);
      return names;
    }
  }

  private static void compareFile(Path name, Path ours, Path theirs) throws IOException {
    LinuxFile mine = LinuxFile.of(ours);
    LinuxFile yours = LinuxFile.of(theirs);
    assertThat(mine.mode()).as("mode of %s", name).isEqualTo(yours.mode());
    assertThat(mine.uid()).as("owner of %s", name).isEqualTo(yours.uid());
    assertThat(mine.gid()).as("group of %s", name).isEqualTo(yours.gid());
    assertThat(mine.xattrs()).as("xattrs of %s", name).isEqualTo(yours.xattrs());
    if (Files.isSymbolicLink(theirs)) {
      assertThat(Files.readSymbolicLink(ours)).isEqualTo(Files.readSymbolicLink(theirs));
    } else if (Files.isRegularFile(theirs)) {
      assertThat(ours).as("%s", name).hasSameBinaryContentAs(theirs);
    }
    // The root, and directories that no layer describes, have the time of unpacking with umoci;
    // with us the former has its layer's and the latter 1970.
    boolean root = name.toString().isEmpty();
    if (!Files.isDirectory(theirs) || !(root || mine.mtime().toMillis() == 0)) {
      assertThat(mine.mtime()).as("time of %s", name).isEqualTo(yours.mtime());
    }
    if (!Files.isDirectory(theirs)) {
      assertThat(mine.links()).as("links of %s", name).isEqualTo(yours.links());
    }
  }

  /** The names that lead to one inode, for each inode with several. */
  private static Set<Set<Path>> linkGroups(Path root) throws IOException {
    Map<Long, Set<Path>> byInode = new TreeMap<>();
    for (Path name : names(root)) {
      LinuxFile file = LinuxFile.of(root.resolve(name));
      if (file.links() > 1 && !Files.isDirectory(root.resolve(name))) {
        byInode.computeIfAbsent(file.inode(), _ -> new TreeSet<>()).add(name);
      }
    }
    return Set.copyOf(byInode.values());
  }
}
