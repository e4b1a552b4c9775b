package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds the libraries that programs need, and those that these need, in the library directory of an
 * unpacked tree. A library that is nowhere is an error: the image must not find out at run time.
 */
final class LibraryClosure {

  static final String DIRECTORY = "usr/lib/x86_64-linux-gnu";
  static final String LOADER = "ld-linux-x86-64.so.2";

  private final Path tree;
  private final List<Path> ownDirectories;
  private final SortedMap<String, Path> found = new TreeMap<>();
  private final Deque<Map.Entry<String, Path>> open = new ArrayDeque<>();

  /**
   * A closure.
   *
   * @param tree unpacked packages
   * @param ownDirectories where programs find libraries of their own (by run path); those are
   *     looked at, but not part of the result
   */
  LibraryClosure(Path tree, List<Path> ownDirectories) {
    this.tree = tree;
    this.ownDirectories = List.copyOf(ownDirectories);
  }

  /** Adds a program or library whose needs count. */
  void add(Path file) {
    open.add(Map.entry(file.getFileName().toString(), file));
  }

  /** The libraries by the name they are asked for, without the program loader. */
  SortedMap<String, Path> resolve() throws IOException {
    while (!open.isEmpty()) {
      Map.Entry<String, Path> next = open.remove();
      byte[] content = Files.readAllBytes(next.getValue());
      for (String needed : ElfFile.of(content, next.getKey()).neededLibraries()) {
        if (!needed.equals(LOADER) && !found.containsKey(needed) && !isOwn(needed)) {
          Path library = find(needed, next.getKey());
          found.put(needed, library);
          open.add(Map.entry(needed, library));
        }
      }
    }
    return found;
  }

  private boolean isOwn(String needed) {
    return ownDirectories.stream().anyMatch(own -> Files.isRegularFile(own.resolve(needed)));
  }

  private Path find(String needed, String by) {
    Path library = tree.resolve(DIRECTORY).resolve(needed);
    if (needed.contains("/") || !Files.isRegularFile(library)) {
      throw new CloisterException(GuestError.LIBRARY_MISSING, needed, "needed by " + by);
    }
    return library;
  }
}
