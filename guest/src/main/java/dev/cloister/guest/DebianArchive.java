package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Debian's archive as seen through its signed indexes. The mirror that answers is not trusted: an
 * index counts only by its signature, a package list only by its digest in that index.
 */
public final class DebianArchive {

  private static final int MAX_RELEASE_BYTES = 4 << 20;
  private static final int MAX_LIST_BYTES = 64 << 20;
  private static final Pattern KERNELS = Pattern.compile("linux-image-[0-9].*-cloud-amd64");
  private static final String PACKAGES = "main/binary-amd64/Packages.xz";

  private final ArchiveRoots roots;
  private final ArchiveClient client;
  private final ReleaseKeys keys;
  private final InstantSource clock;

  /**
   * An archive.
   *
   * @param roots where it is
   * @param proxy the host's proxy settings
   * @param clock tells whether an index has outlived its time limit
   */
  public DebianArchive(ArchiveRoots roots, HostProxy proxy, InstantSource clock) {
    this(roots, new ArchiveClient(proxy), ReleaseKeys.pinned(), clock);
  }

  DebianArchive(ArchiveRoots roots, ArchiveClient client, ReleaseKeys keys, InstantSource clock) {
    this.roots = roots;
    this.client = client;
    this.keys = keys;
    this.clock = clock;
  }

  /** The address of a locked package. */
  URI address(LockedPackage locked) {
    return URI.create(roots.of(locked.root()) + "/" + locked.path());
  }

  ArchiveClient client() {
    return client;
  }

  /**
   * The newest version of each package of the given names, over all suites, with its dependencies
   * as written; beside them those of the kernels for virtual machines. Names that no suite has are
   * absent.
   */
  Map<String, Resolved> resolve(Set<String> names, BuildProgress progress) {
    Map<String, Resolved> newest = new HashMap<>();
    for (ArchiveSuite suite : ArchiveSuite.values()) {
      byte[] list = packageList(suite, progress);
      PackageIndex.read(
          list,
          suite,
          name -> names.contains(name) || KERNELS.matcher(name).matches(),
          (found, depends) ->
              newest.merge(
                  found.name(),
                  new Resolved(found, depends),
                  (old, now) -> now.isNewerThan(old) ? now : old));
    }
    return newest;
  }

  private byte[] packageList(ArchiveSuite suite, BuildProgress progress) {
    String base = roots.of(suite.root()) + "/dists/" + suite.suiteName() + "/";
    InRelease release = release(suite, base, progress);
    InRelease.IndexFile file =
        release
            .file(PACKAGES)
            .orElseThrow(() ->
                new CloisterException(
                    GuestError.INDEX_MALFORMED, base + "InRelease", "no " + PACKAGES));
    if (file.size() > MAX_LIST_BYTES) {
      throw new CloisterException(
          GuestError.INDEX_MALFORMED, base + PACKAGES, "longer than " + MAX_LIST_BYTES);
    }
    URI address = URI.create(base + "main/binary-amd64/by-hash/SHA256/" + file.sha256().toHex());
    byte[] list = client.fetch(address, (int) file.size(), progress, "index " + suite.suiteName());
    if (!Bytes.of(list).sha256().equals(file.sha256())) {
      throw new CloisterException(
          GuestError.INDEX_MISMATCH,
          address.toString(),
          "found SHA-256 " + Bytes.of(list).sha256().toHex());
    }
    return list;
  }

  private InRelease release(ArchiveSuite suite, String base, BuildProgress progress) {
    String where = base + "InRelease";
    byte[] content =
        client.fetch(
            URI.create(where), MAX_RELEASE_BYTES, progress, "release " + suite.suiteName());
    InRelease release = InRelease.verify(content, keys, where);
    if (!release.codename().equals(suite.suiteName())) {
      throw new CloisterException(
          GuestError.INDEX_MISMATCH, where, "signed for suite " + release.codename());
    }
    if (!client.settings().acceptsOldIndexes()) {
      release.requireCurrent(clock.instant(), where);
    }
    return release;
  }

  /**
   * A package of a signed index.
   *
   * @param locked what to lock
   * @param depends its {@code Depends} field as written
   */
  record Resolved(LockedPackage locked, String depends) {

    boolean isNewerThan(Resolved other) {
      return new DebianVersion(locked.version())
              .compareTo(new DebianVersion(other.locked.version()))
          > 0;
    }

    /** The first package that {@code Depends} names, without its version. */
    Optional<String> firstDependency() {
      String name = depends.split("[ ,|(]", 2)[0];
      return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }
  }
}
