package dev.cloister.encoding;

/**
 * A stable code for one kind of refusal or failure. Each module has one enum of these; {@code
 * docs/errors.md} lists them all.
 */
public interface ErrorCode {

  /** The stable code, for example {@code CL-ENC-001}: module in three letters, then a number. */
  String code();

  /** What it means, as one sentence without secrets. */
  String meaning();

  /** What to do about it, as one sentence in the imperative. */
  String remedy();

  /** Whose fault it is, which decides the exit code of the command line. */
  default Kind kind() {
    return Kind.REFUSED;
  }

  /** Families of errors; the command line maps each to an exit code. */
  enum Kind {
    /** The input, the evidence or the request was examined and refused (exit code 1). */
    REFUSED,
    /** The user asked for something that makes no sense (exit code 2). */
    USAGE,
    /** The machine lacks something or something outside failed (exit code 3). */
    ENVIRONMENT,
    /** The question could not be decided with what was at hand (exit code 4). */
    UNDECIDED,
    /** A bug in Cloister (exit code 70). */
    INTERNAL
  }
}
