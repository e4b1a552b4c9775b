package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;

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

  /** Lower-case hexadecimal text. */
  @Override
  public String toString() {
    return digest.toHex();
  }
}
