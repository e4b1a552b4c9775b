package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import org.bouncycastle.openpgp.PGPException;

/** A small Debian archive in a directory, signed by a key of its own. */
final class TestArchive {

  static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

  private final Path directory;
  private final TestSigner signer;
  private final Map<ArchiveSuite, StringBuilder> lists = new EnumMap<>(ArchiveSuite.class);
  private String extra = "";

  TestArchive(Path directory) throws PGPException {
    this.directory = directory;
    this.signer = TestSigner.trusted();
    for (ArchiveSuite suite : ArchiveSuite.values()) {
      lists.put(suite, new StringBuilder());
    }
  }

  /** Adds a line to all release files, for example a time limit. */
  TestArchive with(String line) {
    extra = line + "\n";
    return this;
  }

  /** Adds a package and gives the file that holds it. */
  Path add(ArchiveSuite suite, String name, String version, String depends, byte[] deb)
      throws IOException {
    String path = "pool/main/" + name + "_" + version.replace(":", "%3a") + "_amd64.deb";
    Path file = root(suite.root()).resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, deb);
    list(suite)
        .append("Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\n")
        .append("Depends: " + depends + "\nFilename: " + path + "\nSize: " + deb.length + "\n")
        .append("SHA256: " + Bytes.of(deb).sha256().toHex() + "\nDescription: a test\n more\n\n");
    return file;
  }

  /** Signs what was added. */
  DebianArchive publish() throws IOException, PGPException {
    for (ArchiveSuite suite : ArchiveSuite.values()) {
      publish(suite, suite.suiteName());
    }
    return open(signer.keys());
  }

  /** Signs one suite under any codename. */
  void publish(ArchiveSuite suite, String codename) throws IOException, PGPException {
    Bytes list = Bytes.of(TestDeb.xz(list(suite).toString().getBytes(StandardCharsets.UTF_8)));
    Path dist = root(suite.root()).resolve("dists").resolve(suite.suiteName());
    Path byHash = dist.resolve("main/binary-amd64/by-hash/SHA256");
    Files.createDirectories(byHash);
    Files.write(byHash.resolve(list.sha256().toHex()), list.toArray());
    String text =
        "Origin: Test\nCodename: "
            + codename
            + "\n"
            + extra
            + "SHA256:\n "
            + list.sha256().toHex()
            + " "
            + list.size()
            + " main/binary-amd64/Packages.xz\n";
    Files.write(dist.resolve("InRelease"), signer.sign(text.stripTrailing()));
  }

  DebianArchive open(ReleaseKeys keys) {
    return new DebianArchive(
        new ArchiveRoots(
            root(ArchiveSuite.Root.DEBIAN).toUri(), root(ArchiveSuite.Root.SECURITY).toUri()),
        new ArchiveClient(HostProxy.none()),
        keys,
        InstantSource.fixed(NOW));
  }

  Path release(ArchiveSuite suite) {
    return root(suite.root()).resolve("dists/" + suite.suiteName() + "/InRelease");
  }

  Path root(ArchiveSuite.Root root) {
    return directory.resolve(root.rootName());
  }

  private StringBuilder list(ArchiveSuite suite) {
    return lists.computeIfAbsent(suite, s -> new StringBuilder());
  }
}
