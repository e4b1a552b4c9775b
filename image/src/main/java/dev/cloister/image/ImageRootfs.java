package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks into the files of an image disk that this module wrote. Symbolic links are followed as in a
 * system whose root is the image. Thread-safe.
 */
public final class ImageRootfs implements Closeable {

  private static final int MAX_LINKS = 40;

  private final ErofsReader reader;

  private ImageRootfs(ErofsReader reader) {
    this.reader = reader;
  }

  /**
   * Opens the disk.
   *
   * @throws CloisterException with {@link ImageError#BAD_DISK} or {@link ImageError#STORAGE}
   */
  public static ImageRootfs open(Path disk) {
    return new ImageRootfs(ErofsReader.open(disk));
  }

  /**
   * The bytes of the regular file at the path, or nothing where there is no such file.
   *
   * @param limit most bytes that the file may have
   * @throws CloisterException with {@link ImageError#LIMIT} where it has more
   */
  public Optional<Bytes> read(String path, int limit) {
    return find(path)
        .filter(ErofsReader.Inode::isFile)
        .map(inode -> {
          if (inode.size() > limit) {
            throw new CloisterException(
                ImageError.LIMIT, path, "the image's file has more than " + limit + " bytes");
          }
          return reader.read(inode);
        });
  }

  /** Whether the path leads to a directory. */
  public boolean isDirectory(String path) {
    return find(path).filter(ErofsReader.Inode::isDirectory).isPresent();
  }

  private Optional<ErofsReader.Inode> find(String path) {
    Deque<ErofsReader.Inode> way = new ArrayDeque<>();
    way.push(reader.root());
    Deque<String> todo = new ArrayDeque<>(List.of(ByteName.ofText(path).split("/", -1)));
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (way.size() > 1) {
          way.pop();
        }
        continue;
      }
      if (!way.element().isDirectory()) {
        return Optional.empty();
      }
      Optional<ErofsReader.Inode> next = reader.lookup(way.element(), name);
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (!next.get().isSymlink()) {
        way.push(next.get());
        continue;
      }
      if (++links > MAX_LINKS) {
        return Optional.empty();
      }
      byte[] target = reader.read(next.get()).toArray();
      String link = ByteName.ofBytes(target, 0, target.length);
      if (link.startsWith("/")) {
        while (way.size() > 1) {
          way.pop();
        }
      }
      List.of(link.split("/", -1)).reversed().forEach(todo::push);
    }
    return Optional.of(way.element());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
