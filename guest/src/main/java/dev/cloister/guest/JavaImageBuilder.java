package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Builds OCI images of Java programs, bit for bit the same on every machine: a runtime of the
 * modules that the program needs, the libraries that this runtime needs, the program's jars merged,
 * and a class archive. There is no shell and nothing else in them.
 */
public final class JavaImageBuilder {

  /** Counts changes of the way images are made. */
  private static final int FORMAT = 1;

  private static final String LIBRARIES = "libraries.jar";
  private static final String OPTIONS = "jvm.args";

  private final Path layouts;
  private final BuildParts parts;
  private final DebCache debs;
  private final BuildTools tools;

  /**
   * A builder.
   *
   * @param cache Cloister's cache directory; the layouts are in {@code oci/} below it
   * @param archive where packages come from that the cache lacks
   */
  public JavaImageBuilder(Path cache, DebianArchive archive) {
    this.layouts = cache.resolve("oci");
    this.parts = new BuildParts(cache.resolve("guest-parts"));
    this.debs = new DebCache(cache.resolve("debs"), archive);
    this.tools = new BuildTools(parts, debs);
  }

  /**
   * The image of a program, built where it is not there yet.
   *
   * @param lock the guest's packages, among them the JDK
   * @param jars the program's own jars
   * @param libraries jars of others; they are merged apart, so that they are opened only when
   *     something of them is used that is not in the archive
   * @throws CloisterException where a package, a step or the storage fails
   */
  public OciImage build(
      GuestLock lock,
      JavaProgram program,
      List<Path> jars,
      List<Path> libraries,
      BuildProgress progress) {
    try {
      Job job = new Job(program, AgentJar.merge(jars), AgentJar.merge(libraries));
      String key = job.key(lock).toHex().substring(0, 32);
      Path layout =
          BuildParts.getAt(
              layouts.resolve(program.name() + "-" + key),
              making -> {
                progress.begin("image " + program.name());
                write(making, lock, job, progress);
              });
      return OciLayout.open(program.name(), layout);
    } catch (IOException e) {
      throw new CloisterException(GuestError.STORAGE_FAILED, layouts.toString(), e.toString(), e);
    }
  }

  private void write(Path layout, GuestLock lock, Job job, BuildProgress progress)
      throws IOException {
    Path base = base(lock, job.program().modules(), progress);
    Path clock = tools.programs(lock, progress).resolve("clock.so");
    Path stage = layout.resolveSibling(layout.getFileName() + ".stage");
    BuildParts.deleteTree(stage);
    try {
      RootBase.copyTree(base, stage);
      job.put(Files.createDirectories(stage.resolve(job.directory().substring(1))));
      progress.begin("class archive");
      job.archive().dump(stage, clock, ClassArchive.list(job.program().classes(), List.of()));
      OciLayout.write(layout, job.program().name(), job.settings(), PayloadTree.of(stage));
    } finally {
      BuildParts.deleteTree(stage);
    }
  }

  /** Runtime and libraries: what changes with the packages only. */
  private Path base(GuestLock lock, List<String> modules, BuildProgress progress) {
    List<LockedPackage> jdk = lock.select(GuestPackages.JDK);
    List<LockedPackage> packages = lock.select(GuestPackages.C_LIBRARY);
    Bytes key =
        Transcript.of("cloister/java-base/v1")
            .add(FORMAT)
            .add(BuildTools.key("c-library", packages))
            .add(BuildTools.runtimeKey(jdk, modules))
            .sha256();
    return parts.get(
        "java",
        key,
        part -> {
          Path runtime = tools.runtime(jdk, modules, progress);
          List<Path> files = debs.fetch(packages, progress);
          Path unpacked = Files.createTempDirectory(part.getParent(), "packages");
          try {
            PackageTree.unpack(files, unpacked, path -> !path.startsWith("usr/share/"));
            fill(part, runtime, unpacked);
          } finally {
            BuildParts.deleteTree(unpacked);
          }
        });
  }

  private static void fill(Path root, Path runtime, Path packages) throws IOException {
    for (String directory : List.of("dev", "etc", "proc", "run", "sys", "tmp", "usr/lib64")) {
      Files.createDirectories(root.resolve(directory));
    }
    for (String link : List.of("lib", "lib64")) {
      Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
    }
    Path jre = root.resolve("opt/jre");
    RootBase.copyTree(runtime, jre);
    Files.copy(
        packages.resolve(LibraryClosure.DIRECTORY).resolve(LibraryClosure.LOADER),
        root.resolve("usr/lib64").resolve(LibraryClosure.LOADER));
    Path libraries = Files.createDirectories(root.resolve(LibraryClosure.DIRECTORY));
    for (Map.Entry<String, Path> library : closure(jre, packages).resolve().entrySet()) {
      Files.copy(library.getValue(), libraries.resolve(library.getKey()));
    }
  }

  private static LibraryClosure closure(Path jre, Path packages) throws IOException {
    LibraryClosure closure =
        new LibraryClosure(packages, List.of(jre.resolve("lib"), jre.resolve("lib/server")));
    try (Stream<Path> files = Files.walk(jre)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (RootBase.isElf(file)) {
          closure.add(file);
        }
      }
    }
    return closure;
  }

  /** A program with the bytes of its jars. */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared nor given away
  private record Job(JavaProgram program, byte[] jar, byte[] libraries) {

    String directory() {
      return "/opt/" + program.name();
    }

    ClassArchive archive() {
      return new ClassArchive(
          directory(), program.name() + ".jsa", List.of(jarName(), LIBRARIES), List.of(), false);
    }

    private String jarName() {
      return program.name() + ".jar";
    }

    /** One option a line, the main class last. */
    private String options() {
      return String.join("\n", program.options())
          + "\n-Xshare:auto\n-XX:SharedArchiveFile="
          + archive().name()
          + "\n-cp\n"
          + String.join(":", archive().jars())
          + "\n"
          + program.mainClass()
          + "\n";
    }

    void put(Path directory) throws IOException {
      Files.write(directory.resolve(jarName()), jar);
      Files.write(directory.resolve(LIBRARIES), libraries);
      Files.writeString(directory.resolve(OPTIONS), options());
    }

    OciRecipe.Settings settings() {
      return new OciRecipe.Settings(
          List.of(ClassArchive.JAVA, "@" + OPTIONS),
          List.of(),
          Map.of("LANG", "C.UTF-8"),
          program.user(),
          directory(),
          program.ports());
    }

    Bytes key(GuestLock lock) throws IOException {
      return Transcript.of("cloister/java-image/v1")
          .add(FORMAT)
          .add(lock.toText())
          .add(Bytes.of(jar))
          .add(Bytes.of(libraries))
          .add(options())
          .add(program.classes())
          .add(settings().toString())
          .add(archive().command().toString())
          .add(NativePrograms.recipe())
          .add(JavaRuntime.command(program.modules()).toString())
          .sha256();
    }
  }
}
