package dev.cloister.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Merges jars of a program, the agent's first of all, into one: classes and resources only, sorted,
 * uncompressed (the class archive reads it at start), all with one date. The program runs on the
 * class path, so module descriptors, manifests and signatures of the parts are left out.
 */
final class AgentJar {

  private static final LocalDateTime DATE = LocalDateTime.of(2026, 1, 1, 0, 0, 0);
  private static final long MAX_BYTES = 64L << 20;

  /**
   * By this name the JDK finds security providers on the class path, and loads each with all its
   * algorithms to see what it is called: under emulation that is a minute. A program that wants a
   * library's provider names its class.
   */
  private static final String PROVIDERS = "META-INF/services/java.security.Provider";

  private AgentJar() {}

  /** The merged jar's bytes. */
  static byte[] merge(List<Path> jars) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (Path jar : jars) {
      collect(jar, entries);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** The names of all classes in the jars, as the class archive's list writes them, sorted. */
  static List<String> classNames(List<Path> jars) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (Path jar : jars) {
      collect(jar, entries);
    }
    return entries.keySet().stream()
        .filter(name -> name.endsWith(".class"))
        .map(name -> name.substring(0, name.length() - ".class".length()))
        .toList();
  }

  private static void collect(Path jar, Map<String, byte[]> entries) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      long bytes = 0;
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        ZipEntry entry = all.nextElement();
        if (entry.isDirectory() || isLeftOut(entry.getName())) {
          continue;
        }
        byte[] content = zip.getInputStream(entry).readNBytes((int) MAX_BYTES);
        bytes += content.length;
        if (bytes > MAX_BYTES || entries.putIfAbsent(entry.getName(), content) != null) {
          throw new IOException(jar + ": " + entry.getName() + " is there twice, or too much");
        }
      }
    }
  }

  private static boolean isLeftOut(String name) {
    return isSigned(name)
        || name.equals(PROVIDERS)
        || name.startsWith("META-INF/MANIFEST")
        || name.startsWith("META-INF/LICENSE")
        || name.startsWith("META-INF/maven/")
        || name.startsWith("META-INF/versions/")
        || name.endsWith("module-info.class")
        || name.endsWith("package-info.class");
  }

  /** Signatures of one jar say nothing about a merged one. */
  private static boolean isSigned(String name) {
    return name.startsWith("META-INF/")
        && (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA"));
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(DATE);
    zip.putNextEntry(entry);
    OutputStream out = zip;
    out.write(content);
    zip.closeEntry();
  }

  /** Writes the merged jar with the one time stamp that the class archive will remember. */
  static void write(List<Path> jars, Path target) throws IOException {
    Files.write(target, merge(jars));
  }
}
