package dev.cloister.attestation;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;

/**
 * The evidence is not what it must be.
 *
 * @param code why
 * @param path the field that differs, for example {@code report.hostData}
 * @param expected what would have been accepted; empty where that is no value
 * @param found what was there instead
 */
public record Rejected(ErrorCode code, String path, String expected, String found)
    implements Authentication, Verdict {

  static Rejected of(CloisterException e) {
    return new Rejected(e.code(), e.where(), "", e.detail());
  }

  /** One sentence for people. */
  @Override
  public String toString() {
    String comparison = expected.isEmpty() ? found : "expected " + expected + ", found " + found;
    return code.code() + " " + path + ": " + code.meaning() + " (" + comparison + ")";
  }
}
