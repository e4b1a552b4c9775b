package dev.cloister.e2e;

import dev.cloister.cli.Locations;
import dev.cloister.manifest.DeploymentPin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * The Coordinator's store in the hands of the host, which serves it, and copies of former states.
 */
final class KeptStores {

  /** The one right after the first transition. */
  static final String FIRST = "store-first";

  /** The newest one. */
  static final String NEWEST = "store-newest";

  /** An empty one. */
  static final String NONE = "store-none";

  private final Path store;
  private final Path directory;

  /**
   * @param directory where copies are kept
   */
  KeptStores(Locations locations, DeploymentPin pin, Path directory) {
    this.store = locations.state().resolve("store").resolve(pin.toString());
    this.directory = directory;
  }

  /** Keeps a copy of the store. */
  void keep(String name) {
    copy(store, directory.resolve(name));
  }

  /** Puts a kept store in the place of the one in use; what the host may always do. */
  void use(String name) {
    if (Files.exists(store)) {
      Teardown.delete(store);
    }
    if (!name.equals(NONE)) {
      copy(directory.resolve(name), store);
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw Stage.failed(from.toString(), e);
    }
  }
}
