package dev.cloister.rpc;

import dev.cloister.encoding.ErrorCode;

/** The status numbers that travel in a response: those of gRPC that Cloister uses. */
public enum RpcStatus {
  OK(0),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14);

  private final int number;

  RpcStatus(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The status with this number; {@link #UNKNOWN} for numbers that have no name here. */
  public static RpcStatus of(int number) {
    for (RpcStatus status : values()) {
      if (status.number == number) {
        return status;
      }
    }
    return UNKNOWN;
  }

  /** The status that a code travels under: its own, where it names one, else by its kind. */
  public static RpcStatus of(ErrorCode code) {
    if (code instanceof WithStatus named) {
      return named.status();
    }
    return switch (code.kind()) {
      case REFUSED -> PERMISSION_DENIED;
      case USAGE -> INVALID_ARGUMENT;
      case ENVIRONMENT -> UNAVAILABLE;
      case UNDECIDED -> FAILED_PRECONDITION;
      case INTERNAL -> INTERNAL;
    };
  }

  /** An error code that names the status it travels under. */
  public interface WithStatus extends ErrorCode {
    /** The status. */
    RpcStatus status();
  }
}
