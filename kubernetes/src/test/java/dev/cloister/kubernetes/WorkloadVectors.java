package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Workloads of other projects, read where they lie: the folder {@code workloads} below the one that
 * the environment variable or system property {@code CLOISTER_VECTORS} names, else below {@code
 * ../shared/vectors} beside the repository. They are no part of the repository; where the folder is
 * absent, the tests made of it do not exist, and standard error says so.
 */
final class WorkloadVectors {

  private static final String NAME = "CLOISTER_VECTORS";

  private WorkloadVectors() {}

  static List<SourceFile> all() {
    String named = System.getProperty(NAME, System.getenv().getOrDefault(NAME, ""));
    Path folder = (named.isEmpty() ? beside() : Path.of(named)).resolve("workloads");
    if (!Files.isDirectory(folder)) {
      System.err.println("No workloads in " + folder + " (set " + NAME + "): tests left out.");
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      List<SourceFile> files = new ArrayList<>();
      for (Path path : paths.sorted().toList()) {
        files.add(
            new SourceFile(path.getFileName().toString(), Bytes.of(Files.readAllBytes(path))));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path beside() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null) {
      if (Files.isDirectory(folder.resolve("../shared/vectors/workloads"))) {
        break;
      }
      folder = folder.getParent();
    }
    return folder.resolve("../shared/vectors").normalize();
  }
}
