package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.tukaani.xz.XZInputStream;

/**
 * Reads {@code Packages.xz}, the list of a suite's packages (Debian repository format: stanzas of
 * control fields). Only called with bytes whose digest the signed release named.
 */
final class PackageIndex {

  private static final int MAX_DECODER_KIB = 128 << 10;
  private static final long MAX_TEXT_BYTES = 512L << 20;
  private static final Set<String> FIELDS =
      Set.of("Package", "Version", "Architecture", "Depends", "Filename", "Size", "SHA256");

  private PackageIndex() {}

  /**
   * Gives each package of the list to {@code consumer}, with its dependencies as written.
   *
   * @param wanted which package names to read in full
   */
  static void read(
      byte[] xz,
      ArchiveSuite suite,
      Predicate<String> wanted,
      BiConsumer<LockedPackage, String> consumer) {
    try (BufferedReader lines = open(xz)) {
      Map<String, String> stanza = new HashMap<>();
      long seen = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        seen += line.length() + 1;
        if (seen > MAX_TEXT_BYTES) {
          throw malformed(suite, "longer than " + MAX_TEXT_BYTES + " bytes", null);
        }
        if (line.isEmpty()) {
          finish(stanza, suite, wanted).ifPresent(p -> accept(p, stanza, consumer));
          stanza.clear();
        } else {
          addField(stanza, line);
        }
      }
      finish(stanza, suite, wanted).ifPresent(p -> accept(p, stanza, consumer));
    } catch (IOException e) {
      throw malformed(suite, "not a whole xz file", e);
    }
  }

  private static BufferedReader open(byte[] xz) throws IOException {
    InputStream text = new XZInputStream(new ByteArrayInputStream(xz), MAX_DECODER_KIB);
    return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8), 1 << 16);
  }

  private static void accept(
      LockedPackage found, Map<String, String> stanza, BiConsumer<LockedPackage, String> consumer) {
    consumer.accept(found, stanza.getOrDefault("Depends", ""));
  }

  private static void addField(Map<String, String> stanza, String line) {
    int colon = line.indexOf(':');
    if (colon > 0 && line.charAt(0) != ' ' && FIELDS.contains(line.substring(0, colon))) {
      stanza.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
  }

  private static Optional<LockedPackage> finish(
      Map<String, String> stanza, ArchiveSuite suite, Predicate<String> wanted) {
    String name = stanza.getOrDefault("Package", "");
    if (!wanted.test(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LockedPackage(
              name,
              stanza.getOrDefault("Version", ""),
              suite.root(),
              stanza.getOrDefault("Filename", ""),
              Long.parseLong(stanza.getOrDefault("Size", "0")),
              Bytes.ofHex(stanza.getOrDefault("SHA256", ""))));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw malformed(suite, "the entry of " + name + " is not usable: " + e.getMessage(), e);
    }
  }

  private static CloisterException malformed(
      ArchiveSuite suite, String detail, @org.jspecify.annotations.Nullable Throwable cause) {
    return new CloisterException(
        GuestError.INDEX_MALFORMED, suite.suiteName() + " Packages.xz", detail, cause);
  }
}
