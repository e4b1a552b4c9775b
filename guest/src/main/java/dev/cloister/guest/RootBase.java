package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fills a directory with everything of the guest's root but the agent: programs with their
 * libraries, the Java runtime, kernel modules, a few files. Nothing of the packages that is not
 * named gets in: no shell, no package manager.
 */
final class RootBase {

  private final Path packages;
  private final Path target;

  /**
   * A root to fill.
   *
   * @param packages unpacked packages
   * @param target the directory to fill
   */
  RootBase(Path packages, Path target) {
    this.packages = packages;
    this.target = target;
  }

  void fill(Path runtime, KernelModules modules) throws IOException {
    for (String directory : GuestContents.DIRECTORIES) {
      Files.createDirectories(target.resolve(directory));
    }
    for (GuestContents.Text text : GuestContents.TEXTS) {
      write(text.path(), text.text().getBytes(StandardCharsets.UTF_8));
    }
    for (GuestContents.Text link : GuestContents.LINKS) {
      Files.createSymbolicLink(target.resolve(link.path()), Path.of(link.text()));
    }
    copyTree(runtime, target.resolve("opt/jre"));
    addPrograms();
    for (String file : GuestContents.FILES) {
      copy(packages.resolve(file), file);
    }
    write("etc/ssl/certs/ca-certificates.crt", authorities());
    addModules(modules);
  }

  private void addPrograms() throws IOException {
    Path jre = target.resolve("opt/jre");
    LibraryClosure closure =
        new LibraryClosure(packages, List.of(jre.resolve("lib"), jre.resolve("lib/server")));
    for (String program : GuestContents.PROGRAMS) {
      copy(packages.resolve(program), program);
      closure.add(target.resolve(program));
    }
    try (Stream<Path> files = Files.walk(jre)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (isElf(file)) {
          closure.add(file);
        }
      }
    }
    for (Map.Entry<String, Path> library : closure.resolve().entrySet()) {
      copy(library.getValue(), LibraryClosure.DIRECTORY + "/" + library.getKey());
    }
    copy(
        packages.resolve(LibraryClosure.DIRECTORY).resolve(LibraryClosure.LOADER),
        "usr/lib64/" + LibraryClosure.LOADER);
  }

  private void addModules(KernelModules modules) throws IOException {
    addModuleList(modules, "boot.list", GuestContents.BOOT_MODULES);
    addModuleList(modules, "snp.list", GuestContents.SNP_MODULES);
    addModuleList(modules, "volume.list", GuestContents.VOLUME_MODULES);
  }

  private void addModuleList(KernelModules modules, String list, List<String> wanted)
      throws IOException {
    Map<String, byte[]> closure = modules.closure(wanted);
    StringBuilder names = new StringBuilder();
    for (Map.Entry<String, byte[]> module : closure.entrySet()) {
      write("usr/lib/modules/" + module.getKey(), module.getValue());
      names.append(module.getKey()).append('\n');
    }
    write("usr/lib/modules/" + list, names.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** All certificates in one file, in the order of their file names. */
  private byte[] authorities() throws IOException {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    try (Stream<Path> files = Files.list(packages.resolve(GuestContents.AUTHORITIES))) {
      for (Path file : files.sorted().toList()) {
        bundle.writeBytes(Files.readAllBytes(file));
      }
    }
    return bundle.toByteArray();
  }

  private void copy(Path source, String path) throws IOException {
    if (!Files.isRegularFile(source)) {
      throw new CloisterException(GuestError.FILE_MISSING, path, "not in the unpacked packages");
    }
    Path copy = target.resolve(path);
    Files.createDirectories(copy.getParent());
    Files.copy(source, copy);
    int mode = (PackageTree.mode(source) & 0100) != 0 ? 0755 : 0644;
    Files.setPosixFilePermissions(copy, PackageTree.permissions(mode));
  }

  private void write(String path, byte[] content) throws IOException {
    Path file = target.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    Files.setPosixFilePermissions(file, PackageTree.permissions(0644));
  }

  static boolean isElf(Path file) throws IOException {
    try (java.io.InputStream in = Files.newInputStream(file)) {
      return ElfFile.isElf(in.readNBytes(8));
    }
  }

  /** Copies a tree, files as hard links where that is possible. */
  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted().toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isSymbolicLink(path)) {
          Files.copy(path, copy, java.nio.file.LinkOption.NOFOLLOW_LINKS);
        } else if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          link(path, copy);
        }
      }
    }
  }

  private static void link(Path path, Path copy) throws IOException {
    try {
      Files.createLink(copy, path);
    } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
      Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }
}
