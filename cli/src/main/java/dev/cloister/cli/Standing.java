package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.History;

/**
 * What the next transition follows.
 *
 * @param history the newest history that is known and proven
 * @param root SHA-256 of the root key that a first transition is to name; empty where nothing
 *     proves one, or where there was a first transition
 */
record Standing(History history, Bytes root) {

  /**
   * The root key of a first transition, empty for a later one.
   *
   * @throws CloisterException with {@link CliError#ROOT_UNPROVEN}
   */
  Bytes requireRoot() {
    if (history.head().number() == 0 && root.isEmpty()) {
      throw new CloisterException(
          CliError.ROOT_UNPROVEN,
          history.deployment().name(),
          "no transition is known, and no Coordinator was asked");
    }
    return root;
  }
}
