package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import java.util.regex.Pattern;

/** Names that are one label of a DNS name (RFC 1123 section 2.1, lower case). */
final class DnsLabel {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  private DnsLabel() {}

  /**
   * The name itself.
   *
   * @throws CloisterException with {@link ManifestError#BAD_NAME}
   */
  static String check(String name, String path) {
    if (!LABEL.matcher(name).matches()) {
      throw new CloisterException(
          ManifestError.BAD_NAME, path, "not a name of 1 to 63 of a-z, 0-9 and '-'");
    }
    return name;
  }
}
