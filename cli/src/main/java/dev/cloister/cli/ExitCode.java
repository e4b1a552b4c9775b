package dev.cloister.cli;

import dev.cloister.encoding.ErrorCode;

/** The exit codes of every command. */
public enum ExitCode {
  /** Done. */
  DONE(0),
  /** Examined and refused, or not trusted. */
  REFUSED(1),
  /** Wrong use of the command. */
  USAGE(2),
  /** The machine lacks something, or something outside failed. */
  ENVIRONMENT(3),
  /** The question could not be decided. */
  UNDECIDED(4),
  /** A bug in Cloister. */
  INTERNAL(70);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The process's exit status. */
  public int status() {
    return status;
  }

  /** The exit code for errors of this kind. */
  public static ExitCode of(ErrorCode.Kind kind) {
    return switch (kind) {
      case REFUSED -> REFUSED;
      case USAGE -> USAGE;
      case ENVIRONMENT -> ENVIRONMENT;
      case UNDECIDED -> UNDECIDED;
      case INTERNAL -> INTERNAL;
    };
  }
}
