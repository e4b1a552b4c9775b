package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * The SHA-256 of a {@code deployment.json}: the one value that a relying party must know.
 *
 * @param digest 32 bytes
 */
public record DeploymentPin(Bytes digest) {

  public DeploymentPin {
    if (digest.size() != 32) {
      throw new IllegalArgumentException("a deployment pin has 32 bytes, not " + digest.size());
    }
  }

  /**
   * Reads the text of a pin.
   *
   * @param path names it in errors
   * @throws CloisterException with {@link ManifestError#BAD_DIGEST}
   */
  public static DeploymentPin parse(String text, String path) {
    if (!DigestText.matches(text)) {
      throw new CloisterException(
          ManifestError.BAD_DIGEST, path, "not 64 lower-case hexadecimal digits");
    }
    return new DeploymentPin(Bytes.ofHex(text));
  }

  /** Lower-case hexadecimal text. */
  @Override
  public String toString() {
    return digest.toHex();
  }
}
