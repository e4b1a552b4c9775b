package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.regex.Pattern;

/**
 * A content digest as OCI writes it (Image Specification, descriptor.md, "Digests"); SHA-256 is the
 * only algorithm here.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a SHA-256 in lower-case hexadecimal");
    }
  }

  /**
   * Reads {@code sha256:<hex>}.
   *
   * @param where the path that errors name
   * @throws CloisterException with {@link ImageError#BAD_MANIFEST}
   */
  public static Digest parse(String text, String where) {
    if (!text.startsWith(PREFIX) || !HEX.matcher(text.substring(PREFIX.length())).matches()) {
      throw new CloisterException(ImageError.BAD_MANIFEST, where, "must be sha256:<64 hex digits>");
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  /** The digest of the bytes. */
  public static Digest of(Bytes content) {
    return new Digest(content.sha256().toHex());
  }

  /** {@code sha256:<hex>}. */
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
