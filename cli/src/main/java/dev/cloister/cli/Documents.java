package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.SignedTransition;
import java.nio.file.Path;
import java.util.function.Function;

/** Documents of a deployment as files; every refusal names the file. */
final class Documents {

  private static final int MAX_SHARE = 4 << 10;

  private Documents() {}

  static Manifest manifest(Path file) {
    return read(file, Manifest.MAX_SIZE, Manifest::parse);
  }

  static SignedTransition transition(Path file) {
    return read(file, SignedTransition.MAX_SIZE, SignedTransition::parse);
  }

  static RecoveryShare share(Path file) {
    return read(file, MAX_SHARE, RecoveryShare::parse);
  }

  /** Reads a file of at most so many bytes. */
  static <T> T read(Path file, int limit, Function<Bytes, T> parser) {
    Bytes document = Disk.read(file, limit);
    try {
      return parser.apply(document);
    } catch (CloisterException e) {
      String where = e.where().isEmpty() ? file.toString() : file + ": " + e.where();
      throw new CloisterException(e.code(), where, e.detail(), e);
    }
  }
}
