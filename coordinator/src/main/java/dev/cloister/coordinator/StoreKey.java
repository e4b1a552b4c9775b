package dev.cloister.coordinator;

import dev.cloister.encoding.CloisterException;

/**
 * A name in a {@link Store}.
 *
 * @param text 1 to {@value Store#MAX_KEY} of a-z, 0-9, '.', '-' and '/', no segment of which is
 *     empty or only dots
 */
record StoreKey(String text) {

  StoreKey {
    if (text.isEmpty() || text.length() > Store.MAX_KEY || !isPlain(text)) {
      throw new CloisterException(CoordinatorError.BAD_REQUEST, "key", "'" + text + "' is none");
    }
  }

  private static boolean isPlain(String text) {
    for (String segment : text.split("/", -1)) {
      if (!segment.matches("[a-z0-9.-]+") || segment.matches("[.]+")) {
        return false;
      }
    }
    return true;
  }
}
