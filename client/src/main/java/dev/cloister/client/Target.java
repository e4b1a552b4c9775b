package dev.cloister.client;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.DeploymentPin;

/**
 * A deployment, and where its Coordinator is said to be.
 *
 * @param pin what has to be proven
 * @param address a hint
 */
public record Target(DeploymentPin pin, CoordinatorAddress address) {

  /**
   * Reads {@code PIN@HOST} or {@code PIN@HOST:PORT}.
   *
   * @param standard the port where none is named
   * @throws CloisterException with {@link ClientError#BAD_ADDRESS}
   */
  public static Target parse(String text, int standard) {
    int at = text.indexOf('@');
    if (at < 0 || !text.substring(0, at).matches("[0-9a-f]{64}")) {
      throw new CloisterException(
          ClientError.BAD_ADDRESS, "target", "does not begin with a pin of 64 digits and '@'");
    }
    return new Target(
        DeploymentPin.parse(text.substring(0, at), "pin"),
        CoordinatorAddress.parse(text.substring(at + 1), standard));
  }

  @Override
  public String toString() {
    return pin + "@" + address;
  }
}
