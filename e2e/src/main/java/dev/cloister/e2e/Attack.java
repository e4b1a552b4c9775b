package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;

/** Something that a host may try. The demo and the tests run the same attacks. */
interface Attack {

  /** What the host tries, as the table shows it. */
  String name();

  /** Which part should refuse it. */
  String refuser();

  /**
   * Tries it.
   *
   * @return the reason of the refusal, as that part gave it
   * @throws CloisterException with {@link E2eError#NOT_REFUSED} where it was not refused by the
   *     part and for the reason that it should be
   */
  String attempt(Stage stage);
}
