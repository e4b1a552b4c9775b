package dev.cloister.collateral;

import dev.cloister.attestation.EarliestTime;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

/**
 * Keeps pieces on disk, each in one file named after its name and its content; a file that was
 * damaged counts as absent. Bounded: of one name, and of all, those written first make room.
 * Several processes may use one directory. No piece in it is trusted: whoever uses one checks it.
 * Beside the pieces stands the {@link EarliestTime} that they proved when they came in.
 */
public final class CollateralStore {

  /** How many pieces of one name are kept: lists of several days, for evidence of several days. */
  static final int MAX_OF_ONE_NAME = 8;

  private static final int MAX_PIECES = 2048;
  private static final int MAX_FILE = 2 * Fetcher.MAX_BYTES + 128 * 1024;
  private static final JsonBudget BUDGET = new JsonBudget(MAX_FILE, 3, 16);
  private static final String EARLIEST = "earliest";

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

  /** The newest piece of this name that is there and whole. */
  public Optional<Piece> get(String name) {
    return all(name).stream().findFirst();
  }

  /** All pieces of this name that are there and whole, the newest first. */
  public List<Piece> all(String name) {
    List<Piece> pieces = new ArrayList<>();
    for (Path file : files(prefix(name) + "*")) {
      read(file).filter(piece -> piece.name().equals(name)).ifPresent(pieces::add);
    }
    pieces.sort(Comparator.comparing(Piece::fetched).reversed());
    return List.copyOf(pieces);
  }

  private static Optional<Piece> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(read(Bytes.of(in.readNBytes(MAX_FILE))));
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
    if (!piece.digest().equals(digest)) {
      throw new CloisterException(CollateralError.STORE, "piece", "the file is damaged");
    }
    return piece;
  }

  /**
   * Keeps these pieces, beside earlier ones of their names that say something else: all of them, or
   * none where one cannot be written.
   *
   * @throws CloisterException with {@link CollateralError#STORE}
   */
  public void putAll(List<Piece> pieces) {
    List<Path> written = new ArrayList<>();
    try {
      for (Piece piece : pieces) {
        written.add(temporary(text(newest(piece))));
      }
      for (int i = 0; i < pieces.size(); i++) {
        replace(written.get(i), file(pieces.get(i)));
      }
      for (Piece piece : pieces) {
        makeRoom(files(prefix(piece.name()) + "*"), MAX_OF_ONE_NAME);
      }
      makeRoom(files("[0-9a-f]*"), limit);
    } catch (IOException e) {
      throw failed(directory, e);
    } finally {
      written.forEach(CollateralStore::remove);
    }
  }

  /** A piece that is there already keeps the later of its dates. */
  private Piece newest(Piece piece) {
    return read(file(piece))
        .filter(kept -> kept.name().equals(piece.name()))
        .filter(kept -> kept.fetched().isAfter(piece.fetched()))
        .orElse(piece);
  }

  /** The time before which no clock is right, by all that ever came in; unknown at first. */
  public EarliestTime earliest() {
    Path file = directory.resolve(EARLIEST);
    try {
      return new EarliestTime(Instant.parse(Files.readString(file).strip()));
    } catch (NoSuchFileException e) {
      return EarliestTime.unknown();
    } catch (IOException e) {
      throw failed(file, e);
    } catch (DateTimeException e) {
      throw new CloisterException(
          CollateralError.STORE, file.toString(), "does not hold a time", e);
    }
  }

  /**
   * Refuses a time before {@link #earliest}.
   *
   * @throws CloisterException with the code of {@link EarliestTime#refusal}
   */
  void requireNotBefore(Instant at) {
    earliest()
        .refusal(at)
        .ifPresent(refusal -> {
          throw new CloisterException(refusal.code(), refusal.path(), refusal.toString());
        });
  }

  /** Remembers this time where it is later than the one that is known. */
  public void raise(EarliestTime proven) {
    EarliestTime known = earliest();
    if (known.later(proven).equals(known)) {
      return;
    }
    try {
      replace(temporary(Bytes.ofUtf8(proven.bound() + "\n")), directory.resolve(EARLIEST));
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  private static Bytes text(Piece piece) {
    return JsonWriter.canonicalBytes(
        Json.object()
            .put("name", piece.name())
            .put("content", piece.content().toBase64())
            .put("chain", piece.chain().toBase64())
            .put("fetched", piece.fetched().toString())
            .put("sha256", piece.digest().toHex())
            .build());
  }

  private Path temporary(Bytes content) throws IOException {
    return Files.write(Files.createTempFile(directory, "new-", ""), content.toArray());
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void makeRoom(List<Path> files, int limit) {
    Comparator<Path> oldest = Comparator.comparing(CollateralStore::modified);
    int surplus = Math.max(0, files.size() - limit);
    files.stream().sorted(oldest).limit(surplus).forEach(CollateralStore::remove);
  }

  /** What cannot be removed stays, and counts again the next time. */
  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      return;
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.from(Instant.EPOCH);
    }
  }

  private List<Path> files(String pattern) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, pattern)) {
      List<Path> files = new ArrayList<>();
      found.forEach(files::add);
      return files;
    } catch (IOException e) {
      throw failed(directory, e);
    } catch (DirectoryIteratorException e) {
      throw failed(directory, new IOException(e));
    }
  }

  private static String prefix(String name) {
    return Bytes.ofUtf8(name).sha256().toHex() + "-";
  }

  private Path file(Piece piece) {
    return directory.resolve(prefix(piece.name()) + piece.digest().toHex());
  }

  private static CloisterException failed(Path where, IOException e) {
    return new CloisterException(
        CollateralError.STORE, where.toString(), String.valueOf(e.getMessage()), e);
  }
}
