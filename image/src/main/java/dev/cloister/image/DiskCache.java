package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Image disks in a directory that several processes share: {@code <key>/disk.img} and {@code
 * <key>/disk.json}, where the key is made of the layers' digests and the conversion's version. A
 * disk appears whole, by one rename.
 */
final class DiskCache {

  private static final String DISK = "disk.img";
  private static final String FACTS = "disk.json";

  private final Path directory;
  private final FlattenLimits limits;
  private final InstantSource clock;

  DiskCache(Path directory, FlattenLimits limits, InstantSource clock) throws IOException {
    this.directory = directory;
    this.limits = limits;
    this.clock = clock;
    Files.createDirectories(directory.resolve("locks"));
  }

  private static String key(ResolvedImage image) {
    Transcript transcript = Transcript.of("cloister/image-disk/v1").add(ImageDisk.CONVERSION);
    for (Descriptor layer : image.layers()) {
      transcript.add(layer.mediaType()).add(layer.digest().hex());
    }
    image.config().diffIds().forEach(layer -> transcript.add(layer.hex()));
    return transcript.sha256().toHex();
  }

  Optional<ImageDisk> find(ResolvedImage image) throws IOException {
    return open(directory.resolve(key(image)));
  }

  Optional<ImageDisk> findByRoot(Bytes root) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      for (Path entry : (Iterable<Path>) all::iterator) {
        Optional<ImageDisk> disk = open(entry);
        if (disk.isPresent() && disk.get().verity().root().equals(root)) {
          return disk;
        }
      }
    }
    return Optional.empty();
  }

  /** A disk that is whole as far as a glance shows: its facts, its length, the top of its tree. */
  private Optional<ImageDisk> open(Path entry) throws IOException {
    try {
      if (entry.getFileName().toString().length() != 64) {
        return Optional.empty();
      }
      Path file = entry.resolve(DISK);
      Bytes facts = Bytes.of(Files.readAllBytes(entry.resolve(FACTS)));
      ImageDisk disk = DiskFacts.parse(facts, file);
      VerityReader.glance(file, disk.verity());
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
      return Optional.of(disk);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CloisterException e) {
      remove(entry);
      return Optional.empty();
    }
  }

  ImageDisk make(ResolvedImage image, LayerFeed layers, ProgressListener progress)
      throws IOException {
    String key = key(image);
    try (CacheLock _ = CacheLock.acquire(directory.resolve("locks").resolve(key))) {
      Optional<ImageDisk> present = find(image);
      if (present.isPresent()) {
        return present.get();
      }
      try {
        return convert(image, layers, progress, key);
      } catch (StaleBytesException e) {
        // The wrong bytes are gone, and the right ones are there or are fetched this time.
        return convert(image, layers, progress, key);
      }
    }
  }

  private ImageDisk convert(
      ResolvedImage image, LayerFeed layers, ProgressListener progress, String key)
      throws IOException {
    Path work = directory.resolve(key + ".new");
    remove(work);
    Files.createDirectory(work);
    try {
      VerityRoot verity = write(image, layers, progress, work.resolve(DISK));
      Files.write(work.resolve(FACTS), DiskFacts.write(verity).toArray());
      Files.setLastModifiedTime(work.resolve(DISK), FileTime.from(clock.instant()));
      Path target = directory.resolve(key);
      remove(target);
      Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
      return new ImageDisk(target.resolve(DISK), verity, ImageDisk.CONVERSION);
    } finally {
      remove(work);
    }
  }

  private VerityRoot write(
      ResolvedImage image, LayerFeed layers, ProgressListener progress, Path file)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      Flattener flattener = new Flattener(channel, limits);
      long total = image.layers().stream().mapToLong(Descriptor::size).sum();
      long[] done = {0};
      layers.forEach((index, blob) -> {
        Descriptor layer = image.layers().get(index);
        String where = "layer " + (index + 1) + " of " + image.reference();
        MediaType.Packing packing = MediaType.packing(layer.mediaType(), where);
        flattener.add(blob, packing, where, image.config().diffIds().get(index));
        done[0] += layer.size();
        progress.advanced(
            ProgressListener.Stage.CONVERT, image.reference().toString(), done[0], total);
      });
      long blocks = flattener.finish();
      VerityRoot verity = VerityWriter.append(channel, Bytes.EMPTY);
      long bytes = blocks * BlockOutput.BLOCK;
      progress.advanced(ProgressListener.Stage.HASH, image.reference().toString(), bytes, bytes);
      return verity;
    }
  }

  void verify(ImageDisk disk) throws IOException {
    try {
      VerityReader.verify(disk.path(), disk.verity());
    } catch (CloisterException e) {
      Path entry = disk.path().getParent();
      if (entry != null && directory.equals(entry.getParent())) {
        remove(entry);
      }
      throw e;
    }
  }

  static void remove(Path entry) throws IOException {
    Files.deleteIfExists(entry.resolve(DISK));
    Files.deleteIfExists(entry.resolve(FACTS));
    Files.deleteIfExists(entry);
  }
}
