package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds images of the source tree's lock file and boots them. Needs root, QEMU and the packages.
 */
class GuestImageIT {

  /** An agent that says what it finds, and ends. */
  private static final String AGENT =
      """
      package dev.cloister.agent;

      import java.nio.file.Files;
      import java.nio.file.Path;

      public final class Agent {
        public static void main(String[] arguments) throws Exception {
          Path loaded = Path.of("/run/cloister/modules-loaded");
          while (!Files.exists(loaded)) {
            Thread.sleep(20);
          }
          System.out.println("AGENT pid " + ProcessHandle.current().pid()
              + " parent " + ProcessHandle.current().parent().get().pid());
          System.out.println("AGENT in " + Path.of("").toAbsolutePath());
          System.out.println(Files.readString(Path.of("/proc/self/cgroup")));
          System.out.println(Files.readString(Path.of("/proc/mounts")));
          System.out.println("AGENT signatures enforced: "
              + Files.readString(Path.of("/sys/module/module/parameters/sig_enforce")));
          try (java.io.InputStream memory = Files.newInputStream(Path.of("/proc/kcore"))) {
            System.out.println("AGENT reads the kernel's memory: " + memory.read());
          } catch (java.io.IOException e) {
            System.out.println("AGENT is refused: " + e.getMessage());
          }
          System.out.println(Files.readString(Path.of("/proc/modules")));
          System.exit(7);
        }
      }
      """;

  @TempDir private static Path directory;
  private static Path agentJar = Path.of("");
  private static GuestImage image = new GuestImage(Path.of(""), "", "%TEE%", noVerity(), Map.of());

  private static dev.cloister.image.VerityRoot noVerity() {
    return dev.cloister.image.VerityRoot.of(dev.cloister.encoding.Bytes.zeros(32), 1);
  }

  @BeforeAll
  static void buildOnce() throws Exception {
    agentJar = compileAgent();
    image = build(directory.resolve("one"));
  }

  private static Path compileAgent() throws Exception {
    Path source = directory.resolve("dev/cloister/agent/Agent.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, AGENT);
    Path classes = directory.resolve("classes");
    Path jar = directory.resolve("agent.jar");
    tool("javac", "-d", classes.toString(), source.toString());
    tool("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
    return jar;
  }

  private static void tool(String name, String... arguments) throws Exception {
    Path program = Path.of(System.getProperty("java.home", ""), "bin", name);
    List<String> command =
        Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList();
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /** Builds in a cache of its own that shares only the fetched packages with the machine's. */
  private static GuestImage build(Path cache) throws IOException {
    Path debs = machineCache().resolve("debs");
    Files.createDirectories(debs);
    Files.createDirectories(cache);
    Files.createSymbolicLink(cache.resolve("debs"), debs);
    DebianArchive archive =
        new DebianArchive(
            ArchiveRoots.ofHost(Path.of("/etc/apt"), System.getenv()),
            new HostProxy("", System.getenv()),
            InstantSource.system());
    return new GuestImageBuilder(cache, archive)
        .build(GuestLock.open(Path.of("guest.lock")), List.of(agentJar), BuildProgress.silent());
  }

  private static Path machineCache() {
    String configured = System.getenv().getOrDefault("CLOISTER_CACHE", "");
    return configured.isEmpty()
        ? Path.of(System.getProperty("user.home", ""), ".cache", "cloister")
        : Path.of(configured);
  }

  @Test
  void isTheSameToTheBitWhenBuiltTwice() throws Exception {
    GuestImage second = build(directory.resolve("two"));
    assertThat(second.directory()).isNotEqualTo(image.directory());
    for (String file : GuestImage.FILES) {
      assertThat(second.directory().resolve(file))
          .hasSameBinaryContentAs(image.directory().resolve(file));
    }
    assertThat(second.directory().resolve(GuestImage.DESCRIPTION))
        .hasSameTextualContentAs(image.directory().resolve(GuestImage.DESCRIPTION));
    second.verify();
  }

  @Test
  void holdsNeitherShellNorPackageManager() throws Exception {
    Path parts = image.directory().resolveSibling("../guest-parts").normalize();
    try (Stream<Path> files = Files.walk(parts.toRealPath())) {
      List<String> programs =
          files
              .filter(path -> path.toString().matches(".*/base-[0-9a-f]+/usr/s?bin/[^/]+"))
              .map(path -> path.getFileName().toString())
              .toList();
      assertThat(programs)
          .containsExactlyInAnyOrder(
              "crun", "ip", "cryptsetup", "e2fsck", "haproxy", "mke2fs", "nft", "veritysetup");
    }
  }

  @Test
  void bootsToAnAgentBehindTheInitAndPowersOffWithIt() throws Exception {
    assertThat(TestVm.of(image).run())
        .contains("AGENT pid")
        .contains("parent 1\n".replace("\n", "\r\n"))
        .contains("AGENT in /opt/agent")
        .contains("0::/agent")
        .contains("/dev/root-verity / erofs ro,nodev")
        .contains("AGENT signatures enforced: Y")
        .contains("AGENT is refused: /proc/kcore: Operation not permitted")
        .contains("nf_tables ")
        .contains("overlay ")
        .contains("virtio_net ")
        .contains("cloister-init: the agent ended with code 7");
  }

  private Path changedRoot(long offset) throws IOException {
    Path changed = directory.resolve("changed.img");
    Files.copy(image.root(), changed, StandardCopyOption.REPLACE_EXISTING);
    try (RandomAccessFile file = new RandomAccessFile(changed.toFile(), "rw")) {
      file.seek(offset);
      int old = file.read();
      file.seek(offset);
      file.write(old ^ 1);
    }
    return changed;
  }

  @Test
  void oneBitOfARootBlockThatBootReadsStopsTheVm() throws Exception {
    assertThat(TestVm.of(image).withRoot(changedRoot(1024 + 100)).run())
        .contains("data block 0 is corrupted")
        .contains("Kernel panic - not syncing: dm-verity device corrupted")
        .doesNotContain("AGENT");
  }

  @Test
  void oneBitOfTheHashTreeStopsTheVm() throws Exception {
    long top = image.verity().hashStart() * 4096;
    assertThat(TestVm.of(image).withRoot(changedRoot(top)).run())
        .contains("is corrupted")
        .contains("Kernel panic - not syncing: dm-verity device corrupted")
        .doesNotContain("AGENT");
  }

  @Test
  void anotherRootHashOnTheCommandLineStopsTheVm() throws Exception {
    assertThat(
            TestVm.of(image).withCommandLine(image.verity().root().toHex(), "00".repeat(32)).run())
        .contains("dm-verity device corrupted")
        .doesNotContain("AGENT");
  }

  @Test
  void aCommandLineOfAnotherFormPowersOff() throws Exception {
    String root = image.verity().root().toHex();
    assertThat(TestVm.of(image).withCommandLine(root, root.substring(2)).run())
        .contains("cloister-init: FATAL command line: cloister.verity has a root hash")
        .doesNotContain("AGENT");
    assertThat(TestVm.of(image).withCommandLine(",-", ",-,-").run())
        .contains("FATAL command line: cloister.verity does not have four fields");
    assertThat(TestVm.of(image).withCommandLine("cloister.verity=", "x=").run())
        .contains("FATAL command line: a parameter of ours is missing");
    assertThat(
            TestVm.of(image)
                .withCommandLine("cloister.verity=", "cloister.verity=1 cloister.verity=")
                .run())
        .contains("FATAL command line: a parameter of ours is there twice");
  }

  @Test
  void aMachineWithoutTheRootDiskPowersOff() throws Exception {
    assertThat(TestVm.of(image).run("other-disk"))
        .contains("cloister-init: FATAL no disk with the serial of the root came up");
  }

  @Test
  void aDiskCutShortPowersOff() throws Exception {
    Path cut = changedRoot(0);
    try (RandomAccessFile file = new RandomAccessFile(cut.toFile(), "rw")) {
      file.setLength(image.verity().hashStart() * 4096);
    }
    assertThat(TestVm.of(image).withRoot(cut).run())
        .contains("cloister-init: FATAL device mapper table");
  }
}
