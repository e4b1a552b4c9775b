package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written in C, compiled by the locked compiler inside a root of locked packages, so that
 * its bytes do not depend on the host: the guest's first program {@code init.c} (static), and
 * {@code clock.c}, which stops the clock for the dump of the class archive.
 */
final class NativePrograms {

  private static final String COMPILER = "/usr/bin/x86_64-linux-gnu-gcc-14";
  private static final List<String> SOURCES = List.of("init.c", "clock.c");

  /** Options of both; part of the programs' key. */
  private static final List<String> OPTIONS =
      List.of(
          "-std=gnu17",
          "-O2",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-Wno-format-truncation",
          "-fstack-protector-strong",
          "-s",
          "-Wl,--build-id=none");

  private static final List<String> INIT =
      command("-D_FORTIFY_SOURCE=2", "-static", "-o", "init", "init.c");
  private static final List<String> CLOCK =
      command("-shared", "-fPIC", "-o", "clock.so", "clock.c");

  private NativePrograms() {}

  /** Digest of all that decides the programs' bytes, packages aside. */
  static Bytes recipe() throws IOException {
    Transcript transcript =
        Transcript.of("cloister/guest-native/v1").add(INIT.toString()).add(CLOCK.toString());
    for (String source : SOURCES) {
      transcript = transcript.add(Bytes.of(source(source)));
    }
    return transcript.sha256();
  }

  /** Compiles to the files {@code init} and {@code clock.so} in {@code directory}. */
  static void compile(List<Path> debs, Path directory) throws IOException {
    Path root = Files.createTempDirectory(directory.getParent(), "compiler");
    try {
      PackageTree.unpack(
          debs, root, path -> !path.startsWith("usr/share/") && !path.endsWith("/lto1"));
      for (String source : SOURCES) {
        Files.write(root.resolve("tmp").resolve(source), source(source));
      }
      IsolatedRoot isolated = new IsolatedRoot(root);
      for (List<String> command : List.of(INIT, CLOCK)) {
        isolated.run("/tmp", command, Duration.ofMinutes(2));
      }
      Files.move(root.resolve("tmp/init"), directory.resolve("init"));
      Files.move(root.resolve("tmp/clock.so"), directory.resolve("clock.so"));
    } finally {
      BuildParts.deleteTree(root);
    }
  }

  private static List<String> command(String... ending) {
    List<String> command = new ArrayList<>(List.of(COMPILER));
    command.addAll(OPTIONS);
    command.addAll(List.of(ending));
    return List.copyOf(command);
  }

  private static byte[] source(String name) throws IOException {
    try (InputStream in = NativePrograms.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return in.readAllBytes();
    }
  }
}
