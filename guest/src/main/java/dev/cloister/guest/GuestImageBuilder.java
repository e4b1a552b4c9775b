package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;
import dev.cloister.image.ErofsOptions;
import dev.cloister.image.ErofsWriter;
import dev.cloister.image.FileAttributes;
import dev.cloister.image.FileContent;
import dev.cloister.image.FileTree;
import dev.cloister.image.VerityRoot;
import dev.cloister.image.VerityWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Builds guest images. What was built once is kept under the digest of everything that went into
 * it: the whole image, and the parts that change more rarely (runtime, init, root without the
 * agent). Equal inputs give equal bytes on every machine. One thread per builder; several processes
 * may build at once.
 */
public final class GuestImageBuilder {

  /** The one time stamp of the image's files: 2026-01-01T00:00:00Z. */
  static final long TIME_SECONDS = 1_767_225_600L;

  /** Counts changes of the recipe that its other inputs do not show. */
  static final int RECIPE = 1;

  private static final String COMMAND_LINE =
      "console=hvc0 panic=-1 quiet lockdown=confidentiality module.sig_enforce=1"
          + " cloister.tee=%TEE% cloister.verity=";

  private final Path images;
  private final BuildParts parts;
  private final DebCache debs;
  private final BuildTools tools;
  private final DebianArchive archive;

  /**
   * A builder.
   *
   * @param cache Cloister's cache directory; the images are in {@code guest/} below it
   * @param archive where packages come from that the cache lacks
   */
  public GuestImageBuilder(Path cache, DebianArchive archive) {
    this.images = cache.resolve("guest");
    this.parts = new BuildParts(cache.resolve("guest-parts"));
    this.debs = new DebCache(cache.resolve("debs"), archive);
    this.tools = new BuildTools(parts, debs);
    this.archive = archive;
  }

  /**
   * The image of these inputs, built where it is not there yet.
   *
   * @param lock the packages
   * @param agentJars the agent's jar and those it needs; main class {@code
   *     dev.cloister.agent.Agent}
   * @throws CloisterException where a package, a step or the storage fails
   */
  public GuestImage build(GuestLock lock, List<Path> agentJars, BuildProgress progress) {
    try {
      byte[] agentJar = AgentJar.merge(agentJars);
      Bytes key = imageKey(lock, Bytes.of(agentJar));
      Path directory = images.resolve(key.toHex().substring(0, 32));
      if (Files.isRegularFile(directory.resolve(GuestImage.DESCRIPTION))) {
        return GuestImage.open(directory);
      }
      progress.begin("guest image " + directory.getFileName());
      Path made =
          BuildParts.getAt(
              directory,
              making ->
                  build(making, key, lock, agentJar, AgentJar.classNames(agentJars), progress));
      progress.begin("guest image ready");
      return GuestImage.open(made);
    } catch (IOException e) {
      throw new CloisterException(GuestError.STORAGE_FAILED, images.toString(), e.toString(), e);
    }
  }

  /**
   * As {@link #build(GuestLock, List, BuildProgress)} with a lock file. Where a locked package has
   * left the archive, it says so, locks today's versions through the signed indexes, writes the
   * lock file and builds from that; the image's reference values change with it.
   */
  public GuestImage build(Path lockFile, List<Path> agentJars, BuildProgress progress) {
    try {
      return build(GuestLock.open(lockFile), agentJars, progress);
    } catch (CloisterException e) {
      if (e.code() != GuestError.PACKAGE_GONE) {
        throw e;
      }
      progress.begin(e.where() + " has left the archive: locking today's versions");
      return build(
          GuestLock.refresh(lockFile, GuestPackages.all(), archive, progress), agentJars, progress);
    }
  }

  /**
   * A directory with the image's root as it is without the agent, built where it is not there yet:
   * the guest's own programs, for tests and benchmarks outside a VM. Nobody may write to it.
   */
  public Path base(GuestLock lock, BuildProgress progress) {
    return base(lock, kernel(lock, progress), progress);
  }

  private void build(
      Path making,
      Bytes key,
      GuestLock lock,
      byte[] agentJar,
      List<String> agentClasses,
      BuildProgress progress)
      throws IOException {
    Path kernel = kernel(lock, progress);
    Path base = base(lock, kernel, progress);
    Path programs = tools.programs(lock, progress);
    Path stage = making.resolveSibling(making.getFileName() + ".stage");
    BuildParts.deleteTree(stage);
    try {
      VerityRoot verity =
          root(stage, base, programs.resolve("clock.so"), agentJar, agentClasses, making, progress);
      Files.copy(kernel.resolve(GuestImage.KERNEL), making.resolve(GuestImage.KERNEL));
      Files.copy(kernel.resolve(GuestImage.FIRMWARE), making.resolve(GuestImage.FIRMWARE));
      Map<String, byte[]> modules = KernelModules.of(kernel).closure(GuestContents.INITRD_MODULES);
      Files.write(
          making.resolve(GuestImage.INITRD),
          Initrd.write(Files.readAllBytes(programs.resolve("init")), modules));
      String parameter =
          verity.dataBlocks() + "," + verity.hashStart() + "," + verity.root().toHex() + ",-";
      GuestImage.describe(making, name(lock, key), COMMAND_LINE + parameter, verity);
    } finally {
      BuildParts.deleteTree(stage);
    }
  }

  private VerityRoot root(
      Path stage,
      Path base,
      Path clock,
      byte[] agentJar,
      List<String> agentClasses,
      Path making,
      BuildProgress progress)
      throws IOException {
    RootBase.copyTree(base, stage);
    Path agent = Files.createDirectories(stage.resolve("opt/agent"));
    Files.write(agent.resolve("agent.jar"), agentJar);
    Files.write(agent.resolve("jvm.args"), jvmArguments());
    progress.begin("class archive");
    ClassArchive.AGENT.dump(stage, clock, ClassArchive.agentList(agentClasses));
    progress.begin("root disk");
    Path disk = making.resolve(GuestImage.ROOT);
    ErofsWriter.write(tree(stage), disk, ErofsOptions.ofTime(TIME_SECONDS));
    return VerityWriter.append(disk);
  }

  private Path kernel(GuestLock lock, BuildProgress progress) {
    List<LockedPackage> packages =
        Stream.concat(Stream.of(lock.kernel()), lock.select(GuestPackages.FIRMWARE).stream())
            .toList();
    return parts.get(
        "kernel",
        BuildTools.key("kernel", packages),
        part -> {
          List<Path> files = debs.fetch(packages, progress);
          progress.begin("unpack kernel");
          Path tree = Files.createDirectory(part.resolve("tree"));
          PackageTree.unpack(files, tree, path -> true);
          Files.move(tree.resolve("usr/lib/modules"), part.resolve("modules-all"));
          Files.createDirectories(part.resolve("usr/lib"));
          Files.move(part.resolve("modules-all"), part.resolve("usr/lib/modules"));
          Files.move(onlyFile(tree.resolve("boot"), "vmlinuz-"), part.resolve(GuestImage.KERNEL));
          Files.move(
              tree.resolve("usr/share/seabios/bios-256k.bin"), part.resolve(GuestImage.FIRMWARE));
          BuildParts.deleteTree(tree);
        });
  }

  private Path base(GuestLock lock, Path kernel, BuildProgress progress) {
    List<LockedPackage> packages = lock.select(GuestPackages.ROOT);
    List<LockedPackage> jdk = lock.select(GuestPackages.JDK);
    List<String> modules = JavaRuntime.GUEST_MODULES;
    Bytes key =
        Transcript.of("cloister/guest-base/v1")
            .add(BuildTools.key("root", packages))
            .add(BuildTools.runtimeKey(jdk, modules))
            .add(BuildTools.key("kernel", List.of(lock.kernel())))
            .add(recipeDigest())
            .sha256();
    return parts.get(
        "base",
        key,
        part -> {
          Path runtime = tools.runtime(jdk, modules, progress);
          List<Path> files = debs.fetch(packages, progress);
          progress.begin("unpack root packages");
          Path unpacked = Files.createTempDirectory(part.getParent(), "packages");
          try {
            PackageTree.unpack(files, unpacked, RootFilter.WANTED);
            new RootBase(unpacked, part).fill(runtime, KernelModules.of(kernel));
          } finally {
            BuildParts.deleteTree(unpacked);
          }
        });
  }

  private static FileTree tree(Path stage) throws IOException {
    FileTree tree = new FileTree(FileAttributes.ofRoot(0755, TIME_SECONDS));
    try (Stream<Path> all = Files.walk(stage)) {
      for (Path path : all.sorted().toList()) {
        String name = stage.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          tree.symlink(
              name,
              Files.readSymbolicLink(path).toString(),
              FileAttributes.ofRoot(0777, TIME_SECONDS));
        } else if (Files.isDirectory(path)) {
          tree.directory(name, FileAttributes.ofRoot(0755, TIME_SECONDS));
        } else {
          int mode = (PackageTree.mode(path) & 0100) != 0 ? 0755 : 0644;
          tree.file(name, FileContent.of(path), FileAttributes.ofRoot(mode, TIME_SECONDS));
        }
      }
    }
    return tree;
  }

  private Bytes imageKey(GuestLock lock, Bytes agentJar) throws IOException {
    return Transcript.of("cloister/guest-image/v1")
        .add(Bytes.ofUtf8(Integer.toString(RECIPE)))
        .add(Bytes.ofUtf8(lock.toText()))
        .add(agentJar)
        .add(Bytes.of(jvmArguments()))
        .add(Bytes.of(ClassArchive.checkedInList()))
        .add(Bytes.ofUtf8(String.join(" ", ClassArchive.AGENT.command())))
        .add(NativePrograms.recipe())
        .add(Bytes.ofUtf8(String.join(" ", JavaRuntime.command(JavaRuntime.GUEST_MODULES))))
        .add(Bytes.ofUtf8(COMMAND_LINE))
        .add(recipeDigest())
        .sha256();
  }

  private static Bytes recipeDigest() {
    return Bytes.ofUtf8(
            String.join(
                "\n",
                List.of(
                    GuestContents.PROGRAMS.toString(),
                    GuestContents.FILES.toString(),
                    GuestContents.DIRECTORIES.toString(),
                    GuestContents.TEXTS.toString(),
                    GuestContents.LINKS.toString(),
                    GuestContents.INITRD_MODULES.toString(),
                    GuestContents.BOOT_MODULES.toString(),
                    GuestContents.SNP_MODULES.toString(),
                    GuestContents.VOLUME_MODULES.toString())))
        .sha256();
  }

  private static String name(GuestLock lock, Bytes key) {
    return "debian13-" + lock.kernel().version() + "-" + key.toHex().substring(0, 12);
  }

  private static byte[] jvmArguments() throws IOException {
    try (InputStream in = GuestImageBuilder.class.getResourceAsStream("jvm.args")) {
      if (in == null) {
        throw new IllegalStateException("no resource jvm.args");
      }
      return in.readAllBytes();
    }
  }

  private static Path onlyFile(Path directory, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElseThrow(() -> new IOException("no " + prefix + "* in " + directory));
    }
  }

  /** What of the root's packages is worth unpacking. */
  private enum RootFilter implements Predicate<String> {
    WANTED;

    @Override
    public boolean test(String path) {
      return !path.startsWith("usr/share/") || path.startsWith(GuestContents.AUTHORITIES);
    }
  }
}
