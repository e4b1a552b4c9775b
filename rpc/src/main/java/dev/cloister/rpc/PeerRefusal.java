package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;

/** The other end refused the call: its status, its code and its words. */
public final class PeerRefusal extends CloisterException {

  private static final long serialVersionUID = 1L;

  private final RpcStatus status;

  private PeerRefusal(PeerCode code, String where, String detail) {
    super(code, where, detail);
    this.status = code.status();
  }

  /** The status that the other end gave. */
  public RpcStatus status() {
    return status;
  }

  /**
   * Reads the message of a response, which begins with a code: {@code CL-AGT-004 path: detail}. A
   * message without a code (of a peer that is not Cloister) is kept as it is.
   */
  static PeerRefusal of(int statusNumber, String message) {
    RpcStatus status = RpcStatus.of(statusNumber);
    int colon = message.indexOf(": ");
    if (!message.startsWith("CL-") || colon < 0) {
      return new PeerRefusal(new PeerCode(RpcError.INTERNAL.code(), status), "", message);
    }
    String head = message.substring(0, colon);
    int blank = head.indexOf(' ');
    String code = blank < 0 ? head : head.substring(0, blank);
    String where = blank < 0 ? "" : head.substring(blank + 1);
    return new PeerRefusal(new PeerCode(code, status), where, message.substring(colon + 2));
  }

  /** The code as the other end gave it; what it means stands in the table of errors. */
  record PeerCode(String code, RpcStatus status) implements RpcStatus.WithStatus {
    @Override
    public String meaning() {
      return "The other end refused the call.";
    }

    @Override
    public String remedy() {
      return "Look the code up in the table of errors.";
    }

    @Override
    public ErrorCode.Kind kind() {
      return switch (status) {
        case INVALID_ARGUMENT -> Kind.USAGE;
        case UNAVAILABLE, DEADLINE_EXCEEDED -> Kind.ENVIRONMENT;
        case INTERNAL -> Kind.INTERNAL;
        default -> Kind.REFUSED;
      };
    }
  }
}
