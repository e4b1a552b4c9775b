package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The files of an image in memory, by path: payloads of packages, then what the recipe adds.
 * Written as one tar with sorted names and one time.
 */
final class PayloadTree {

  private static final long MAX_BYTES = 512L << 20;

  /** Parts of packages that no container needs. */
  private static final List<String> LEFT_OUT =
      List.of(
          "usr/share/bug/",
          "usr/share/doc/",
          "usr/share/doc-base/",
          "usr/share/info/",
          "usr/share/lintian/",
          "usr/share/locale/",
          "usr/share/man/");

  /** Programs, and libraries that the program loader finds by itself. */
  private static final Pattern LINKED =
      Pattern.compile("usr/s?bin/[^/]+|" + LibraryClosure.DIRECTORY + "/[^/]+");

  private static final List<String> USR_LINKS = List.of("bin", "lib", "lib64", "sbin");

  private final SortedMap<String, Item> items = new TreeMap<>();
  private long bytes;

  private PayloadTree() {}

  static PayloadTree of(OciRecipe.Image image, List<Path> debs) throws IOException {
    PayloadTree tree = new PayloadTree();
    for (Path deb : debs) {
      DebReader.read(
          deb,
          (entry, content) -> {
            if (LEFT_OUT.stream().noneMatch((entry.path() + "/")::startsWith)) {
              tree.put(entry, content.readNBytes((int) Math.min(entry.size(), MAX_BYTES)));
            }
          });
    }
    for (String link : USR_LINKS) {
      tree.put(directory("usr/" + link, 0755, 0, 0), new byte[0]);
      tree.put(link(link, "usr/" + link), new byte[0]);
    }
    tree.put(directory("tmp", 01777, 0, 0), new byte[0]);
    for (OciRecipe.Entry made : image.directories()) {
      tree.put(directory(made.path(), made.mode(), made.uid(), made.gid()), new byte[0]);
    }
    for (OciRecipe.Entry made : image.files()) {
      byte[] content = made.text().getBytes(StandardCharsets.UTF_8);
      tree.put(
          new DebEntry(
              made.path(),
              DebEntry.Kind.FILE,
              made.mode(),
              made.uid(),
              made.gid(),
              content.length,
              ""),
          content);
    }
    image.links().forEach((path, target) -> tree.put(link(path, target), new byte[0]));
    return tree;
  }

  /** The tree of a directory: owned by root, with permissions as on disk. */
  static PayloadTree of(Path directory) throws IOException {
    PayloadTree tree = new PayloadTree();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.skip(1).sorted().toList()) {
        String name = directory.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          tree.put(link(name, Files.readSymbolicLink(path).toString()), new byte[0]);
        } else if (Files.isDirectory(path)) {
          tree.put(directory(name, PackageTree.mode(path), 0, 0), new byte[0]);
        } else {
          byte[] content = Files.readAllBytes(path);
          tree.put(
              new DebEntry(
                  name, DebEntry.Kind.FILE, PackageTree.mode(path), 0, 0, content.length, ""),
              content);
        }
      }
    }
    return tree;
  }

  /** Refuses an image in which a program needs a library that is not in it. */
  void requireLibraries(String image) {
    for (Map.Entry<String, Item> item : items.entrySet()) {
      byte[] content = item.getValue().content();
      if (LINKED.matcher(item.getKey()).matches() && ElfFile.isElf(content)) {
        for (String needed : ElfFile.of(content, item.getKey()).neededLibraries()) {
          requireLibrary(needed, item.getKey(), image);
        }
      }
    }
  }

  private void requireLibrary(String needed, String by, String image) {
    if (!items.containsKey(LibraryClosure.DIRECTORY + "/" + needed)
        && !items.containsKey(by.substring(0, by.lastIndexOf('/') + 1) + needed)) {
      throw new CloisterException(
          GuestError.LIBRARY_MISSING, image + ": " + needed, "needed by " + by);
    }
  }

  /** Writes the tar and gives its digest and size. */
  OciLayout.Blob writeTar(Path file) throws IOException {
    MessageDigest digest = ArchiveClient.sha256();
    try (OutputStream out =
            new DigestOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), digest);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Item item : items.values()) {
        tar.putArchiveEntry(tarEntry(item));
        tar.write(item.content());
        tar.closeArchiveEntry();
      }
    }
    return new OciLayout.Blob(Bytes.of(digest.digest()), Files.size(file));
  }

  private static TarArchiveEntry tarEntry(Item item) {
    DebEntry entry = item.entry();
    TarArchiveEntry header =
        switch (entry.kind()) {
          case DIRECTORY -> new TarArchiveEntry(entry.path() + "/", TarConstants.LF_DIR);
          case FILE -> new TarArchiveEntry(entry.path(), TarConstants.LF_NORMAL);
          case SYMLINK -> new TarArchiveEntry(entry.path(), TarConstants.LF_SYMLINK);
          case HARD_LINK -> new TarArchiveEntry(entry.path(), TarConstants.LF_LINK);
        };
    header.setLinkName(entry.target());
    header.setMode(entry.mode());
    header.setUserId(entry.uid());
    header.setGroupId(entry.gid());
    header.setUserName("");
    header.setGroupName("");
    header.setSize(item.content().length);
    header.setModTime(GuestImageBuilder.TIME_SECONDS * 1000);
    return header;
  }

  private void put(DebEntry entry, byte[] content) {
    bytes += content.length;
    if (bytes > MAX_BYTES) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, entry.path(), "more than " + MAX_BYTES + " bytes of files");
    }
    for (int slash = entry.path().indexOf('/'); slash > 0; ) {
      String parent = entry.path().substring(0, slash);
      items.putIfAbsent(parent, new Item(directory(parent, 0755, 0, 0), new byte[0]));
      slash = entry.path().indexOf('/', slash + 1);
    }
    items.put(
        entry.path(),
        entry.kind() == DebEntry.Kind.HARD_LINK ? linked(entry) : new Item(entry, content));
  }

  /**
   * A second name of a file becomes a file of its own: names are sorted, so its first may follow.
   */
  private Item linked(DebEntry entry) {
    Item first = items.get(entry.target());
    if (first == null) {
      throw new CloisterException(
          GuestError.ARCHIVE_MALFORMED, entry.path(), "a hard link to nothing");
    }
    DebEntry same = first.entry();
    return new Item(
        new DebEntry(
            entry.path(),
            same.kind(),
            same.mode(),
            same.uid(),
            same.gid(),
            same.size(),
            same.target()),
        first.content());
  }

  private static DebEntry directory(String path, int mode, int uid, int gid) {
    return new DebEntry(path, DebEntry.Kind.DIRECTORY, mode, uid, gid, 0, "");
  }

  private static DebEntry link(String path, String target) {
    return new DebEntry(path, DebEntry.Kind.SYMLINK, 0777, 0, 0, 0, target);
  }

  /** An entry with its content; small enough that an array is no loss. */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared nor given away
  private record Item(DebEntry entry, byte[] content) {}
}
