package dev.cloister.policy;

/**
 * The guard's answer to a request.
 *
 * @param <T> what the request gets when it is allowed
 */
public sealed interface Decision<T> {

  /**
   * It may be done, and the guard holds the place until the reservation is committed or closed.
   *
   * @param grant what the agent is to do, taken from the policy wherever it decides
   * @param reservation to commit or close
   */
  record Allowed<T>(T grant, Reservation reservation) implements Decision<T> {}

  /**
   * It may not be done.
   *
   * @param refusal why
   */
  record Refused<T>(Refusal refusal) implements Decision<T> {}

  /**
   * The allowed case.
   *
   * @throws dev.cloister.encoding.CloisterException where it was refused, with code, path, expected
   *     and found
   */
  default Allowed<T> orThrow() {
    if (this instanceof Refused<T> refused) {
      throw refused.refusal().toException();
    }
    return (Allowed<T>) this;
  }
}
