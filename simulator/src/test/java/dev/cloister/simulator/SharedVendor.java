package dev.cloister.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/** One vendor for all tests of this run, because its keys take seconds to make. */
final class SharedVendor {

  static final Instant MADE = Instant.parse("2026-06-01T00:00:00Z");

  private static final Path DIRECTORY = temporaryDirectory();

  static final SimulatedVendor VENDOR = open(MADE);

  private SharedVendor() {}

  /** The same vendor at another time. */
  static SimulatedVendor open(Instant at) {
    return SimulatedVendor.open(
        DIRECTORY, InstantSource.fixed(at), new SecureRandom(), System.err::println);
  }

  static Path directory() {
    return DIRECTORY;
  }

  private static Path temporaryDirectory() {
    try {
      Path directory = Files.createTempDirectory("cloister-vendor");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      System.err.println("left behind: " + directory);
    }
  }
}
