package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;

/**
 * A request that was refused, as it may be told to the host: it holds no secret.
 *
 * @param sequence counts the refusals of this VM, from 1
 * @param operation the request
 * @param code why
 * @param path what of the request or of the policy it is about, for example {@code
 *     containers[web].exec}
 * @param expected what would have been right; empty where that is no one thing
 * @param found what was there; empty where that says nothing
 */
public record Refusal(
    long sequence, String operation, ErrorCode code, String path, String expected, String found) {

  /** Expected and found in one clause. */
  public String detail() {
    if (expected.isEmpty()) {
      return found.isEmpty() ? code.meaning() : found;
    }
    return found.isEmpty() ? expected : "expected " + expected + ", found " + found;
  }

  /** The refusal as an exception. */
  public CloisterException toException() {
    return new CloisterException(code, path, detail());
  }
}
