package dev.cloister.encoding;

import org.jspecify.annotations.Nullable;

/**
 * The one exception of Cloister: a stable code, the place it speaks of, and a detail. Details never
 * hold secret values.
 */
public class CloisterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorCode code;
  private final String where;
  private final String detail;

  /**
   * @param code what kind of refusal this is
   * @param where the path, file and line, or name that it speaks of; empty where there is none
   * @param detail one clause saying what was found, without secrets
   */
  public CloisterException(ErrorCode code, String where, String detail) {
    this(code, where, detail, null);
  }

  /** As above, with the failure that caused it. */
  public CloisterException(ErrorCode code, String where, String detail, @Nullable Throwable cause) {
    super(message(code, where, detail), cause);
    this.code = code;
    this.where = where;
    this.detail = detail;
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }

  /** The path, file and line, or name that it speaks of; empty where there is none. */
  public String where() {
    return where;
  }

  /** What was found, as one clause. */
  public String detail() {
    return detail;
  }

  private static String message(ErrorCode code, String where, String detail) {
    return where.isEmpty()
        ? code.code() + ": " + detail
        : code.code() + " " + where + ": " + detail;
  }
}
