package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds the image of a small program with the source tree's lock file and runs it in a root of its
 * own. Needs root, or user namespaces, and the packages.
 */
class JavaImageIT {

  private static final String PROGRAM =
      """
      package tool;

      import java.nio.file.Files;
      import java.nio.file.Path;
      import javax.net.ssl.SSLContext;

      public final class Tool {
        public static void main(String[] arguments) throws Exception {
          System.out.println("modules " + ModuleLayer.boot().modules().size());
          System.out.println("tls " + SSLContext.getDefault().getProtocol());
          System.out.println("shell " + Files.exists(Path.of("/bin/sh")));
          System.out.println("other " + other.Other.NAME.length());
        }
      }
      """;

  private static final String OTHER =
      """
      package other;

      public final class Other {
        public static final String NAME = new String("library");
      }
      """;

  @TempDir private static Path directory;
  private static Path jar = Path.of("");
  private static Path library = Path.of("");

  @BeforeAll
  static void compile() throws Exception {
    library = jar("other/Other", OTHER);
    jar = jar("tool/Tool", PROGRAM);
  }

  private static Path jar(String name, String text) throws Exception {
    Path source = directory.resolve(name + ".java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, text);
    Path classes = directory.resolve("classes-" + name.replace('/', '-'));
    Path made = directory.resolve(name.replace('/', '-') + ".jar");
    tool(
        "javac",
        "-cp",
        directory.toString(),
        "-implicit:none",
        "-d",
        classes.toString(),
        source.toString());
    tool("jar", "--create", "--file", made.toString(), "-C", classes.toString(), ".");
    return made;
  }

  private static void tool(String name, String... arguments) throws Exception {
    Path program = Path.of(System.getProperty("java.home", ""), "bin", name);
    List<String> command =
        Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList();
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /** Builds in a cache of its own that shares only the fetched packages with the machine's. */
  private static OciImage build(String cache) throws Exception {
    Path debs = machineCache().resolve("debs");
    Files.createDirectories(debs);
    Path own = Files.createDirectories(directory.resolve(cache));
    Files.createSymbolicLink(own.resolve("debs"), debs);
    DebianArchive archive =
        new DebianArchive(
            ArchiveRoots.ofHost(Path.of("/etc/apt"), System.getenv()),
            new HostProxy("", System.getenv()),
            InstantSource.system());
    JavaProgram program =
        new JavaProgram(
            "tool",
            List.of("java.base"),
            List.of("-XX:+UseSerialGC", "-Xmx32m"),
            "tool.Tool",
            "65532:65532",
            List.of("7443/tcp"),
            "# classes\njava/lang/Object\ntool/Tool\n");
    return new JavaImageBuilder(own, archive)
        .build(
            GuestLock.open(Path.of("guest.lock")),
            program,
            List.of(jar),
            List.of(library),
            BuildProgress.silent());
  }

  private static Path machineCache() {
    String configured = System.getenv().getOrDefault("CLOISTER_CACHE", "");
    return configured.isEmpty()
        ? Path.of(System.getProperty("user.home", ""), ".cache", "cloister")
        : Path.of(configured);
  }

  @Test
  void isTheSameToTheBitWhenBuiltTwiceAndRunsInARootOfItsOwn() throws Exception {
    OciImage first = build("one");
    OciImage second = build("two");
    assertThat(second.layout()).isNotEqualTo(first.layout());
    assertThat(second.manifestDigest()).isEqualTo(first.manifestDigest());

    Path root = Files.createDirectories(directory.resolve("root"));
    unpack(layer(second), root);
    assertThat(Files.readAllLines(root.resolve("opt/tool/jvm.args")))
        .containsExactly(
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-Xshare:auto",
            "-XX:SharedArchiveFile=tool.jsa",
            "-cp",
            "tool.jar:libraries.jar",
            "tool.Tool");
    String said =
        new IsolatedRoot(root)
            .run("/opt/tool", List.of("/opt/jre/bin/java", "@jvm.args"), Duration.ofMinutes(1));
    assertThat(said.lines()).containsExactly("modules 1", "tls Default", "shell false", "other 7");
  }

  private static Path layer(OciImage image) throws Exception {
    try (Stream<Path> blobs = Files.list(image.layout().resolve("blobs/sha256"))) {
      return blobs.max(java.util.Comparator.comparingLong(b -> b.toFile().length())).orElseThrow();
    }
  }

  private static void unpack(Path layer, Path root) throws Exception {
    try (InputStream in = Files.newInputStream(layer);
        TarArchiveInputStream tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        Path path = root.resolve(e.getName());
        assertThat(e.getLongUserId()).isZero();
        if (e.isDirectory()) {
          Files.createDirectories(path);
        } else if (e.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(e.getLinkName()));
        } else {
          Files.copy(tar, path);
          Files.setPosixFilePermissions(path, PackageTree.permissions(e.getMode()));
          Files.setLastModifiedTime(
              path, java.nio.file.attribute.FileTime.from(e.getModTime().toInstant()));
        }
      }
    }
  }
}
