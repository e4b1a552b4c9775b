package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One binary source of apt's configuration (sources.list(5): the one-line style in {@code *.list},
 * the deb822 style in {@code *.sources}). Lines that are no usable source are passed over, as they
 * are apt's business.
 *
 * @param uri the archive root
 * @param suite one suite below it
 * @param signedBy what {@code Signed-By} says, or empty
 */
record AptSource(URI uri, String suite, String signedBy) {

  private static final long MAX_FILE_BYTES = 1 << 20;

  /** All sources below {@code etcApt}, in the order in which apt reads the files. */
  static List<AptSource> readAll(Path etcApt) {
    List<AptSource> sources = new ArrayList<>();
    try {
      Path main = etcApt.resolve("sources.list");
      if (Files.isRegularFile(main)) {
        sources.addAll(parseList(read(main)));
      }
      for (Path file : partFiles(etcApt.resolve("sources.list.d"))) {
        String name = file.getFileName().toString();
        sources.addAll(name.endsWith(".list") ? parseList(read(file)) : parseDeb822(read(file)));
      }
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.SOURCES_UNUSABLE, etcApt.toString(), "can't be read: " + e.getMessage(), e);
    }
    return List.copyOf(sources);
  }

  /** Sources of one-line style: {@code deb [options] uri suite component...}. */
  static List<AptSource> parseList(String text) {
    List<AptSource> sources = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String content = line.replaceFirst("#.*", "").strip();
      String options = "";
      if (content.matches("deb\\s+\\[.*")) {
        int end = content.indexOf(']');
        if (end < 0) {
          continue;
        }
        options = content.substring(content.indexOf('[') + 1, end);
        content = "deb " + content.substring(end + 1).strip();
      }
      List<String> words = Arrays.asList(content.split("\\s+"));
      if (words.size() >= 3 && words.get(0).equals("deb")) {
        String signedBy = options.contains("signed-by=") ? options : "";
        add(sources, words.get(1), words.get(2), signedBy);
      }
    }
    return sources;
  }

  /** Sources of deb822 style: stanzas of {@code Types, URIs, Suites, Components}. */
  static List<AptSource> parseDeb822(String text) {
    List<AptSource> sources = new ArrayList<>();
    for (String stanza : text.split("\n[ \t]*\n", -1)) {
      Map<String, String> fields = deb822Fields(stanza);
      boolean enabled = !fields.getOrDefault("enabled", "yes").equalsIgnoreCase("no");
      if (enabled && words(fields, "types").contains("deb")) {
        for (String uri : words(fields, "uris")) {
          for (String suite : words(fields, "suites")) {
            add(sources, uri, suite, fields.getOrDefault("signed-by", ""));
          }
        }
      }
    }
    return sources;
  }

  /** Whether this is a main suite or its updates: has packages under the main root. */
  boolean isDebian() {
    return !isSecurity() && !suite.contains("/");
  }

  /** Whether this is a security suite. */
  boolean isSecurity() {
    return suite.endsWith("-security");
  }

  /** Whether name or key say that it is Debian's own and not some third party's. */
  boolean looksLikeDebian() {
    String path = uri.getPath() == null ? "" : uri.getPath();
    return signedBy.contains("debian-archive") || path.matches(".*/debian(-security)?/*");
  }

  private static void add(List<AptSource> sources, String uri, String suite, String signedBy) {
    if (uri.matches("(https?|file):.*")) {
      try {
        sources.add(new AptSource(URI.create(uri), suite, signedBy));
      } catch (IllegalArgumentException e) {
        // Not an address: apt would not use it either.
        return;
      }
    }
  }

  private static Map<String, String> deb822Fields(String stanza) {
    Map<String, String> fields = new LinkedHashMap<>();
    String last = "";
    for (String line : stanza.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (line.startsWith("#")) {
        continue;
      }
      if (line.startsWith(" ") || line.startsWith("\t")) {
        fields.merge(last, line.strip(), (a, b) -> a + " " + b);
      } else if (colon > 0) {
        last = line.substring(0, colon).toLowerCase(Locale.ROOT);
        fields.put(last, line.substring(colon + 1).strip());
      }
    }
    return fields;
  }

  private static List<String> words(Map<String, String> fields, String name) {
    String value = fields.getOrDefault(name, "").strip();
    return value.isEmpty() ? List.of() : Arrays.asList(value.split("\\s+"));
  }

  private static List<Path> partFiles(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.{list,sources}")) {
        found.forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
    }
    return Files.readString(file);
  }
}
