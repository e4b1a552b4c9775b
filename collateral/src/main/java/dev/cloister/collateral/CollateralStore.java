package dev.cloister.collateral;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps pieces on disk, each in one file named after its name and with the digest of its content
 * inside; a file that was damaged counts as absent. Bounded: the oldest make room. Several
 * processes may use one directory. Nothing in it is trusted: whoever uses a piece checks it.
 */
public final class CollateralStore {

  private static final int MAX_PIECES = 2048;
  private static final int MAX_FILE = 2 * Fetcher.MAX_BYTES + 128 * 1024;
  private static final JsonBudget BUDGET = new JsonBudget(MAX_FILE, 3, 16);

  private final Path directory;
  private final int limit;

  private CollateralStore(Path directory, int limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /**
   * Opens the store in this directory, which is made where there is none.
   *
   * @throws CloisterException with {@link CollateralError#STORE}
   */
  public static CollateralStore open(Path directory) {
    return open(directory, MAX_PIECES);
  }

  static CollateralStore open(Path directory, int limit) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return new CollateralStore(directory, limit);
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  /** The piece of this name, where it is there and whole. */
  public Optional<Piece> get(String name) {
    Path file = file(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(read(Bytes.of(in.readNBytes(MAX_FILE))))
          .filter(piece -> piece.name().equals(name));
    } catch (IOException | CloisterException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Piece read(Bytes text) {
    JsonFields fields = JsonFields.of(JsonParser.parse(text, BUDGET), "piece");
    Piece piece =
        new Piece(
            fields.string("name"),
            Bytes.ofBase64(fields.string("content")),
            Bytes.ofBase64(fields.string("chain")),
            Instant.parse(fields.string("fetched")));
    Bytes digest = fields.hex("sha256", 32);
    fields.end();
    if (!digest(piece).equals(digest)) {
      throw new CloisterException(CollateralError.STORE, "piece", "the file is damaged");
    }
    return piece;
  }

  private static Bytes digest(Piece piece) {
    return Bytes.concat(piece.content().sha256(), piece.chain().sha256()).sha256();
  }

  /** Keeps the piece in place of an earlier one of its name. */
  public void put(Piece piece) {
    Json.Obj text =
        Json.object()
            .put("name", piece.name())
            .put("content", piece.content().toBase64())
            .put("chain", piece.chain().toBase64())
            .put("fetched", piece.fetched().toString())
            .put("sha256", digest(piece).toHex())
            .build();
    try {
      Path temporary = Files.createTempFile(directory, "new-", "");
      Files.write(temporary, JsonWriter.canonicalBytes(text).toArray());
      Files.move(
          temporary,
          file(piece.name()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      makeRoom();
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  private void makeRoom() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = new ArrayList<>(all.toList());
    }
    files.sort(Comparator.comparing(CollateralStore::modified));
    for (Path oldest : files.subList(0, Math.max(0, files.size() - limit))) {
      Files.deleteIfExists(oldest);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.from(Instant.EPOCH);
    }
  }

  private Path file(String name) {
    return directory.resolve(Bytes.ofUtf8(name).sha256().toHex());
  }

  private static CloisterException failed(Path directory, IOException e) {
    return new CloisterException(
        CollateralError.STORE, directory.toString(), String.valueOf(e.getMessage()), e);
  }
}
