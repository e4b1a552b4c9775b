package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A lock file: the packages that a build may take bytes from, each with version, size and SHA-256.
 * It is part of the source tree and only ever written by {@link #refresh}.
 *
 * @param packages the packages, sorted by name, each name once
 */
public record GuestLock(List<LockedPackage> packages) {

  private static final int SCHEMA = 1;
  private static final int MAX_PACKAGES = 2000;
  private static final JsonBudget BUDGET = new JsonBudget(1 << 20, 8, 1 << 15);

  public GuestLock {
    packages = packages.stream().sorted(Comparator.comparing(LockedPackage::name)).toList();
    if (packages.stream().map(LockedPackage::name).distinct().count() != packages.size()) {
      throw new IllegalArgumentException("a package is locked twice");
    }
  }

  /**
   * Reads a lock file.
   *
   * @throws CloisterException with {@link GuestError#LOCK_INVALID}
   */
  public static GuestLock open(Path file) {
    try {
      if (Files.size(file) > BUDGET.bytes()) {
        throw new CloisterException(GuestError.LOCK_INVALID, file.toString(), "too large");
      }
      return parse(Bytes.of(Files.readAllBytes(file)), file.toString());
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.LOCK_INVALID, file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  /** Reads the text of a lock file; {@code where} names it in errors. */
  public static GuestLock parse(Bytes text, String where) {
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(text, BUDGET), "");
      fields.integer("schema", SCHEMA, SCHEMA);
      List<LockedPackage> packages = fields.list("packages", MAX_PACKAGES, LockedPackage::parse);
      fields.end();
      return new GuestLock(packages);
    } catch (CloisterException e) {
      throw new CloisterException(GuestError.LOCK_INVALID, where + " " + e.where(), e.detail(), e);
    } catch (IllegalArgumentException e) {
      throw new CloisterException(GuestError.LOCK_INVALID, where, "names a package twice", e);
    }
  }

  /**
   * Locks the newest version of each wanted package that Debian's signed indexes name, and writes
   * the lock file. The file changes only when all went well.
   *
   * @param file the lock file to write
   * @param wanted package names; one that names the kernel's meta package locks the kernel itself
   * @throws CloisterException where the archive, its signatures or a name is not as it must be
   */
  public static GuestLock refresh(
      Path file, Set<String> wanted, DebianArchive archive, BuildProgress progress) {
    GuestLock lock = resolve(wanted, archive, progress);
    try {
      Path part = Files.createTempFile(file.toAbsolutePath().getParent(), ".lock", ".part");
      Files.writeString(part, lock.toText());
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CloisterException(GuestError.STORAGE_FAILED, file.toString(), e.toString(), e);
    }
    return lock;
  }

  private static GuestLock resolve(
      Set<String> wanted, DebianArchive archive, BuildProgress progress) {
    Map<String, DebianArchive.Resolved> found = archive.resolve(wanted, progress);
    requireAll(wanted, found.keySet());
    Map<String, LockedPackage> locked = new LinkedHashMap<>();
    found.values().stream()
        .filter(r -> wanted.contains(r.locked().name()))
        .forEach(r -> locked.put(r.locked().name(), r.locked()));
    DebianArchive.Resolved meta = found.get(GuestPackages.KERNEL_META);
    if (meta != null) {
      String kernel = meta.firstDependency().orElse("");
      requireAll(Set.of(kernel), found.keySet());
      locked.remove(GuestPackages.KERNEL_META);
      found.values().stream()
          .filter(r -> r.locked().name().equals(kernel))
          .forEach(r -> locked.put(kernel, r.locked()));
    }
    return new GuestLock(List.copyOf(locked.values()));
  }

  private static void requireAll(Set<String> wanted, Set<String> found) {
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw new CloisterException(
          GuestError.PACKAGE_UNKNOWN, String.join(" ", missing), "no such package");
    }
  }

  /** The lock file's text. */
  public String toText() {
    Json json =
        Json.object()
            .put("schema", SCHEMA)
            .put("packages", Json.of(packages.stream().map(LockedPackage::toJson).toList()))
            .build();
    return JsonWriter.pretty(json) + "\n";
  }

  /**
   * The packages of the given names.
   *
   * @throws CloisterException with {@link GuestError#LOCK_INVALID} where one is not locked
   */
  public List<LockedPackage> select(Collection<String> names) {
    Map<String, LockedPackage> byName =
        packages.stream().collect(Collectors.toMap(LockedPackage::name, p -> p));
    return names.stream()
        .sorted()
        .distinct()
        .map(name -> {
          LockedPackage locked = byName.get(name);
          if (locked == null) {
            throw new CloisterException(GuestError.LOCK_INVALID, name, "is not locked");
          }
          return locked;
        })
        .toList();
  }

  /** The one locked kernel package. */
  LockedPackage kernel() {
    List<LockedPackage> kernels =
        packages.stream().filter(p -> p.name().startsWith("linux-image-")).toList();
    if (kernels.size() != 1) {
      throw new CloisterException(
          GuestError.LOCK_INVALID, "linux-image-*", kernels.size() + " kernels are locked");
    }
    return kernels.get(0);
  }
}
