package dev.cloister.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The guest's first program, {@code init.c}, compiled statically by the locked compiler inside a
 * root of locked packages, so that its bytes do not depend on the host.
 */
final class InitProgram {

  private static final String SOURCE = "init.c";

  /** Compiler and options; part of the program's key. */
  static final List<String> COMPILE =
      List.of(
          "/usr/bin/x86_64-linux-gnu-gcc-14",
          "-std=gnu17",
          "-O2",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-Wno-format-truncation",
          "-fstack-protector-strong",
          "-D_FORTIFY_SOURCE=2",
          "-static",
          "-s",
          "-Wl,--build-id=none",
          "-o",
          "init",
          SOURCE);

  private InitProgram() {}

  /** The program's source text. */
  static byte[] source() throws IOException {
    try (InputStream in = InitProgram.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + SOURCE);
      }
      return in.readAllBytes();
    }
  }

  /** Compiles it to the file {@code init} in {@code directory}. */
  static void compile(List<Path> debs, Path directory) throws IOException {
    Path root = Files.createTempDirectory(directory.getParent(), "compiler");
    try {
      PackageTree.unpack(
          debs, root, path -> !path.startsWith("usr/share/") && !path.endsWith("/lto1"));
      Files.write(root.resolve("tmp").resolve(SOURCE), source());
      new IsolatedRoot(root).run("/tmp", COMPILE, Duration.ofMinutes(2));
      Files.move(root.resolve("tmp/init"), directory.resolve("init"));
    } finally {
      BuildParts.deleteTree(root);
    }
  }
}
