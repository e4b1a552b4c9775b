package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestLockTest {

  @TempDir Path directory;
  private TestArchive files;

  @BeforeEach
  void makeArchive() throws Exception {
    files = new TestArchive(directory);
  }

  private static byte[] content(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void locksTheNewestVersionOverAllSuites() throws Exception {
    files.add(ArchiveSuite.TRIXIE, "tool", "1.9-1", "", content("old"));
    files.add(ArchiveSuite.TRIXIE_UPDATES, "tool", "1.10-1", "", content("new"));
    files.add(ArchiveSuite.TRIXIE_SECURITY, "tool", "1.10~rc1-1", "", content("before"));
    Path file = directory.resolve("test.lock");

    GuestLock lock =
        GuestLock.refresh(file, Set.of("tool"), files.publish(), BuildProgress.silent());

    assertThat(lock.packages()).extracting(LockedPackage::version).containsExactly("1.10-1");
    assertThat(lock.packages().get(0).sha256()).isEqualTo(Bytes.ofUtf8("new").sha256());
    assertThat(GuestLock.open(file)).isEqualTo(lock);
  }

  @Test
  void locksTheKernelThatTheMetaPackageNames() throws Exception {
    String kernel = "linux-image-6.12.9+deb13-cloud-amd64";
    files.add(ArchiveSuite.TRIXIE, kernel, "6.12.9-1", "", content("kernel"));
    files.add(
        ArchiveSuite.TRIXIE,
        GuestPackages.KERNEL_META,
        "6.12.9-1",
        kernel + " (= 6.12.9-1)",
        content("meta"));

    GuestLock lock =
        GuestLock.refresh(
            directory.resolve("test.lock"),
            Set.of(GuestPackages.KERNEL_META),
            files.publish(),
            BuildProgress.silent());

    assertThat(lock.packages()).extracting(LockedPackage::name).containsExactly(kernel);
    assertThat(lock.kernel().version()).isEqualTo("6.12.9-1");
  }

  @Test
  void refusesAnIndexWithOneChangedDigitAndKeepsTheOldLock() throws Exception {
    files.add(ArchiveSuite.TRIXIE, "tool", "1-1", "", content("tool"));
    DebianArchive archive = files.publish();
    Path lock = directory.resolve("test.lock");
    Files.writeString(lock, "before");
    Path release = files.release(ArchiveSuite.TRIXIE);
    String text = Files.readString(release);
    int digit = text.indexOf("SHA256:\n ") + 9;
    char other = text.charAt(digit) == '0' ? '1' : '0';
    Files.writeString(release, text.substring(0, digit) + other + text.substring(digit + 1));

    Refusal.expect(
        GuestError.SIGNATURE_NOT_TRUSTED,
        "dists/trixie/InRelease",
        () -> GuestLock.refresh(lock, Set.of("tool"), archive, BuildProgress.silent()));
    assertThat(lock).hasContent("before");
  }

  @Test
  void refusesAPackageListOfAnotherDigestThanSigned() throws Exception {
    files.add(ArchiveSuite.TRIXIE, "tool", "1-1", "", content("tool"));
    DebianArchive archive = files.publish();
    Path byHash =
        files
            .root(ArchiveSuite.Root.DEBIAN)
            .resolve("dists/trixie/main/binary-amd64/by-hash/SHA256");
    try (var lists = Files.list(byHash)) {
      Path list = lists.findFirst().orElseThrow();
      byte[] changed = Files.readAllBytes(list);
      changed[changed.length - 1] ^= 1;
      Files.write(list, changed);
    }
    Refusal.expect(
        GuestError.INDEX_MISMATCH,
        "by-hash",
        () ->
            GuestLock.refresh(
                directory.resolve("x"), Set.of("tool"), archive, BuildProgress.silent()));
  }

  @Test
  void refusesASuiteServedInThePlaceOfAnother() throws Exception {
    DebianArchive archive = files.publish();
    files.publish(ArchiveSuite.TRIXIE_SECURITY, "bookworm-security");
    Refusal.expect(
        GuestError.INDEX_MISMATCH,
        "trixie-security",
        () -> GuestLock.refresh(directory.resolve("x"), Set.of(), archive, BuildProgress.silent()));
  }

  @Test
  void refusesAnIndexBehindItsTimeLimit() throws Exception {
    DebianArchive archive = files.with("Valid-Until: Mon, 23 Nov 2026 00:00:00 UTC").publish();
    Refusal.expect(
        GuestError.INDEX_OUTDATED,
        "InRelease",
        () -> GuestLock.refresh(directory.resolve("x"), Set.of(), archive, BuildProgress.silent()));
  }

  @Test
  void namesThePackageThatNoSuiteHas() throws Exception {
    DebianArchive archive = files.publish();
    Refusal.expect(
        GuestError.PACKAGE_UNKNOWN,
        "nosuch",
        () ->
            GuestLock.refresh(
                directory.resolve("x"), Set.of("nosuch"), archive, BuildProgress.silent()));
  }

  @Test
  void takesPackagesFromTheCacheWhenTheArchiveIsGone() throws Exception {
    Path pool = files.add(ArchiveSuite.TRIXIE, "tool", "1-1", "", content("tool"));
    DebianArchive archive = files.publish();
    GuestLock lock =
        GuestLock.refresh(directory.resolve("x"), Set.of("tool"), archive, BuildProgress.silent());
    DebCache cache = new DebCache(directory.resolve("debs"), archive);
    List<Path> first = cache.fetch(lock.packages(), BuildProgress.silent());
    Files.delete(pool);

    assertThat(cache.fetch(lock.packages(), BuildProgress.silent())).isEqualTo(first);
    assertThat(first.get(0)).hasContent("tool");
  }

  @Test
  void saysThatALockedPackageLeftTheArchive() throws Exception {
    Path pool = files.add(ArchiveSuite.TRIXIE, "tool", "1-1", "", content("tool"));
    DebianArchive archive = files.publish();
    GuestLock lock =
        GuestLock.refresh(directory.resolve("x"), Set.of("tool"), archive, BuildProgress.silent());
    Files.delete(pool);
    Refusal.expect(
        GuestError.PACKAGE_GONE,
        "tool 1-1",
        () ->
            new DebCache(directory.resolve("debs"), archive)
                .fetch(lock.packages(), BuildProgress.silent()));
  }

  @Test
  void refusesAPackageOfOtherBytesThanLocked() throws Exception {
    Path pool = files.add(ArchiveSuite.TRIXIE, "tool", "1-1", "", content("tool"));
    DebianArchive archive = files.publish();
    GuestLock lock =
        GuestLock.refresh(directory.resolve("x"), Set.of("tool"), archive, BuildProgress.silent());
    DebCache cache = new DebCache(directory.resolve("debs"), archive);
    for (String other : List.of("tOol", "to", "tool and more")) {
      Files.writeString(pool, other);
      Refusal.expect(
          GuestError.PACKAGE_MISMATCH,
          "tool_1-1",
          () -> cache.fetch(lock.packages(), BuildProgress.silent()));
    }
    assertThat(directory.resolve("debs")).isEmptyDirectory();
  }

  @Test
  void hashesAgainWhatLiesInTheCache() throws Exception {
    files.add(ArchiveSuite.TRIXIE, "tool", "1-1", "", content("tool"));
    DebianArchive archive = files.publish();
    GuestLock lock =
        GuestLock.refresh(directory.resolve("x"), Set.of("tool"), archive, BuildProgress.silent());
    DebCache cache = new DebCache(directory.resolve("debs"), archive);
    Path file = cache.fetch(lock.packages(), BuildProgress.silent()).get(0);
    Files.writeString(file, "tOol");

    cache.fetch(lock.packages(), BuildProgress.silent());

    assertThat(file).hasContent("tool");
  }

  @Test
  void refusesALockFileThatIsNotStrict() {
    String entry =
        "{\"name\":\"a\",\"version\":\"1\",\"root\":\"debian\",\"path\":\"pool/a.deb\",\"size\":1,"
            + "\"sha256\":\""
            + "00".repeat(32)
            + "\"}";
    refuseLock("packages[0].size", lockText(entry.replace("\"size\":1", "\"size\":0")));
    refuseLock("packages[0]", lockText(entry.replace("pool/a.deb", "pool/../a.deb")));
    refuseLock("packages[0].more", lockText(entry.replace("{", "{\"more\":1,")));
    refuseLock("packages[0].sha256", lockText(entry.replace("0000", "00AA")));
    refuseLock("", lockText(entry + "," + entry));
    refuseLock("schema", lockText(entry).replace("\"schema\":1", "\"schema\":2"));
  }

  private static String lockText(String entries) {
    return "{\"schema\":1,\"packages\":[" + entries + "]}";
  }

  private static void refuseLock(String where, String text) {
    Refusal.expect(
        GuestError.LOCK_INVALID, where, () -> GuestLock.parse(Bytes.ofUtf8(text), "lock"));
  }

  @Test
  void theLockFileOfTheSourceTreeHasEverythingThatTheImageNeeds() {
    GuestLock lock = GuestLock.open(Path.of("guest.lock"));
    assertThat(lock.packages()).extracting(LockedPackage::name).contains("crun", "haproxy");
    Set<String> names = new java.util.TreeSet<>(GuestPackages.all());
    names.remove(GuestPackages.KERNEL_META);
    assertThat(lock.select(names)).hasSize(names.size());
    assertThat(lock.kernel().name()).endsWith("-cloud-amd64");
  }
}
