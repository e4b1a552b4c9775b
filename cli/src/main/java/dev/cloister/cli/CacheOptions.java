package dev.cloister.cli;

import dev.cloister.collateral.CollateralStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where collateral is kept. */
final class CacheOptions {

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "The store of collateral (default: collateral in CLOISTER_CACHE).")
  private @Nullable Path directory;

  /** Whether a store was named. */
  boolean isNamed() {
    return directory != null;
  }

  /** The directory of the store. */
  Path directory(Locations locations) {
    return directory == null ? locations.cache().resolve("collateral") : directory;
  }

  /** The store, which is made where there is none. */
  CollateralStore open(Locations locations) {
    return CollateralStore.open(directory(locations));
  }
}
