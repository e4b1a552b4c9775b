package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The files that a measured VM starts from. */
final class BootOptions {

  @Option(names = "--ovmf", paramLabel = "FILE", description = "The firmware file.")
  private @Nullable String ovmf;

  @Option(names = "--kernel", paramLabel = "FILE", description = "The kernel, for a direct boot.")
  private @Nullable String kernel;

  @Option(names = "--initrd", paramLabel = "FILE", description = "The initrd, with --kernel.")
  private @Nullable String initrd;

  @Option(
      names = "--append",
      paramLabel = "TEXT",
      description = "The kernel's command line, with --kernel.")
  private @Nullable String append;

  /** Whether a firmware file is named. */
  boolean isNamed() {
    return ovmf != null;
  }

  /**
   * The firmware file.
   *
   * @param otherwise what could be named in its place, for the error
   */
  Path firmware(String otherwise) {
    if (ovmf == null) {
      throw new CloisterException(
          CliError.WRONG_USE, "--ovmf", "name the firmware file, or " + otherwise);
    }
    return BootSource.path("--ovmf", ovmf);
  }

  /** What the firmware starts. */
  BootSource boot() {
    return BootSource.of(
        Optional.ofNullable(kernel), Optional.ofNullable(initrd), Optional.ofNullable(append));
  }
}
