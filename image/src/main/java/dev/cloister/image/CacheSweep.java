package dev.cloister.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps a store below its limit: what was not used for longest goes first, blobs before disks of
 * the same time. A file that somebody has open, or linked elsewhere, lives on there.
 */
final class CacheSweep {

  private final Path directory;
  private final StoreLimits limits;
  private final InstantSource clock;

  CacheSweep(Path directory, StoreLimits limits, InstantSource clock) {
    this.directory = directory;
    this.limits = limits;
    this.clock = clock;
  }

  private record Entry(Path path, boolean disk, long bytes, Instant used) {}

  void run() throws IOException {
    List<Entry> entries = new ArrayList<>();
    collect(directory.resolve("blobs").resolve("sha256"), false, entries);
    collect(directory.resolve("blobs").resolve("partial"), false, entries);
    collect(directory.resolve("images"), true, entries);
    entries.sort(Comparator.comparing(Entry::used).thenComparing(Entry::disk));
    long total = entries.stream().mapToLong(Entry::bytes).sum();
    Instant young = clock.instant().minus(limits.grace());
    for (Entry entry : entries) {
      if (total <= limits.bytes() || entry.used().isAfter(young)) {
        return;
      }
      remove(entry);
      total -= entry.bytes();
    }
  }

  private static void collect(Path parent, boolean disks, List<Entry> entries) throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path file = disks ? path.resolve("disk.img") : path;
        try {
          if (Files.isRegularFile(file)) {
            Instant used = Files.getLastModifiedTime(file).toInstant();
            entries.add(new Entry(path, disks, Files.size(file), used));
          }
        } catch (NoSuchFileException e) {
          // Another process has removed it.
        }
      }
    }
  }

  private static void remove(Entry entry) throws IOException {
    if (entry.disk()) {
      DiskCache.remove(entry.path());
    } else {
      Files.deleteIfExists(entry.path());
    }
  }
}
