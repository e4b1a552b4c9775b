package dev.cloister.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whose files a command works with. */
final class OwnerOptions {

  @Option(
      names = {"-d", "--directory"},
      paramLabel = "DIR",
      defaultValue = ".",
      description =
          "The owner's directory, with deployment.json, keys and known transitions (default: the"
              + " current directory).")
  private Path directory = Path.of(".");

  /** The directory's path. */
  Path path() {
    return directory;
  }

  /** What is in it. */
  OwnerDirectory directory() {
    return new OwnerDirectory(directory);
  }
}
