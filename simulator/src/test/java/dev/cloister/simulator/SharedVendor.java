package dev.cloister.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;

/** One vendor for all tests of this run, because its keys take seconds to make. */
final class SharedVendor {

  static final Instant MADE = Instant.parse("2026-06-01T00:00:00Z");

  private static final Path DIRECTORY = temporaryDirectory();

  static final SimulatedVendor VENDOR = open(MADE);

  /** The vendor of TDX, whose keys are quickly made. */
  static final SimulatedTdxVendor TDX =
      SimulatedTdxVendor.open(
          DIRECTORY.resolve("tdx"), InstantSource.fixed(MADE), new SecureRandom());

  static final SimulatedVendors BOTH = new SimulatedVendors(VENDOR, TDX);

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
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.err.println("left behind: " + directory);
    }
  }
}
