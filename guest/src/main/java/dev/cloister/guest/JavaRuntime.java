package dev.cloister.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * A Java runtime of our own: linked by the jlink of the locked JDK inside a root of locked
 * packages, with nothing but the modules that its program needs.
 */
final class JavaRuntime {

  private static final String JDK = "/usr/lib/jvm/java-25-openjdk-amd64";

  /** The modules of the guest's own runtime. */
  static final List<String> GUEST_MODULES = List.of("java.base");

  /** What a runtime needs only for development. */
  private static final List<String> DROPPED =
      List.of(
          "bin/keytool",
          "legal",
          "lib/classlist",
          "lib/jexec",
          "lib/jrt-fs.jar",
          "lib/libjsig.so",
          "lib/server/libjsig.so",
          "lib/server/classes.jsa",
          "lib/server/classes_nocoops.jsa");

  private JavaRuntime() {}

  /** The command line that decides what a runtime is; part of its key. */
  static List<String> command(List<String> modules) {
    return List.of(
        JDK + "/bin/jlink",
        "--add-modules",
        String.join(",", modules),
        "--vm",
        "server",
        "--compress",
        "zip-0",
        "--strip-java-debug-attributes",
        "--no-man-pages",
        "--no-header-files",
        "--output",
        "/tmp/jre");
  }

  /** Links a runtime of these modules from the packages into {@code target}. */
  static void link(List<Path> debs, List<String> modules, Path target) throws IOException {
    Path root = Files.createTempDirectory(target.getParent(), "jdk");
    try {
      PackageTree.unpack(debs, root, JavaRuntime::isNeeded);
      new IsolatedRoot(root).run("/tmp", command(modules), Duration.ofMinutes(5));
      for (String dropped : DROPPED) {
        BuildParts.deleteTree(root.resolve("tmp/jre").resolve(dropped));
      }
      Files.move(root.resolve("tmp/jre"), target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      BuildParts.deleteTree(root);
    }
  }

  private static boolean isNeeded(String path) {
    return !path.startsWith("usr/share/") && !path.endsWith("/src.zip");
  }
}
