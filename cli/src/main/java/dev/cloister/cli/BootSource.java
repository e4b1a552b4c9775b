package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** What a measured firmware starts. */
sealed interface BootSource {

  /** The largest firmware that is read. */
  int MAX_FIRMWARE = 64 << 20;

  /** The largest kernel that is read. */
  int MAX_KERNEL = 192 << 20;

  /** What it finds on a disk or the network, which the launch does not measure. */
  record Firmware() implements BootSource {}

  /** A kernel that it is given, whose parts are measured. */
  record Kernel(Path file, Optional<Path> initrd, String commandLine) implements BootSource {}

  /**
   * What these name; all are optional.
   *
   * @throws CloisterException with {@link CliError#WRONG_USE} where there is an initrd or a command
   *     line without a kernel, as QEMU refuses it
   */
  static BootSource of(
      Optional<String> kernel, Optional<String> initrd, Optional<String> commandLine) {
    if (kernel.isPresent()) {
      return new Kernel(
          path("kernel", kernel.get()),
          initrd.map(file -> path("initrd", file)),
          text(commandLine.orElse("")));
    }
    if (initrd.isPresent() || commandLine.filter(line -> !line.isEmpty()).isPresent()) {
      throw new CloisterException(
          CliError.WRONG_USE, "kernel", "an initrd or a command line belongs to a kernel");
    }
    return new Firmware();
  }

  /** The bytes of a firmware file. */
  static Bytes firmware(Path file) {
    return Disk.read(file, MAX_FIRMWARE);
  }

  /** The bytes of a kernel file. */
  static Bytes kernel(Path file) {
    return Disk.read(file, MAX_KERNEL);
  }

  /** A file's path. */
  static Path path(String field, String name) {
    try {
      if (name.isEmpty()) {
        throw new CloisterException(CliError.WRONG_USE, field, "the name of the file is empty");
      }
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new CloisterException(CliError.WRONG_USE, field, "not the name of a file", e);
    }
  }

  /** Java puts this character where the locale has no meaning for a byte of an argument. */
  private static String text(String commandLine) {
    if (commandLine.indexOf('\ufffd') >= 0) {
      throw new CloisterException(
          CliError.WRONG_USE,
          "commandLine",
          "a byte of it means nothing in this locale: set LC_ALL=C.UTF-8, or use --batch");
    }
    return commandLine;
  }
}
