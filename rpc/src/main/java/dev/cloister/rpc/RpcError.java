package dev.cloister.rpc;

/** What this module refuses, and what can fail between two ends. */
public enum RpcError implements RpcStatus.WithStatus {
  MALFORMED_MESSAGE(
      "CL-RPC-001",
      RpcStatus.INVALID_ARGUMENT,
      "The bytes are not the protobuf message that belongs here.",
      "Send the message as its proto file says."),
  UNKNOWN_FIELD(
      "CL-RPC-002",
      RpcStatus.INVALID_ARGUMENT,
      "The message has a field that this version does not know.",
      "Use the same version at both ends."),
  REPEATED_FIELD(
      "CL-RPC-003",
      RpcStatus.INVALID_ARGUMENT,
      "A field that may occur once occurs twice.",
      "Send the field once."),
  WRONG_WIRE_TYPE(
      "CL-RPC-004",
      RpcStatus.INVALID_ARGUMENT,
      "A field has another wire type than its proto file says.",
      "Send the message as its proto file says."),
  BUDGET_EXCEEDED(
      "CL-RPC-005",
      RpcStatus.RESOURCE_EXHAUSTED,
      "The message has more parts than this place allows.",
      "Send fewer parts."),
  UNKNOWN_SERVICE(
      "CL-RPC-006",
      RpcStatus.UNIMPLEMENTED,
      "No service of this name is here.",
      "Use the same version at both ends."),
  UNKNOWN_METHOD(
      "CL-RPC-007",
      RpcStatus.UNIMPLEMENTED,
      "The service has no such method.",
      "Use the same version at both ends."),
  FRAME_TOO_LARGE(
      "CL-RPC-008",
      RpcStatus.RESOURCE_EXHAUSTED,
      "A frame is longer than this end takes; the connection ends.",
      "Send less at once."),
  UNKNOWN_FRAME(
      "CL-RPC-009",
      RpcStatus.INVALID_ARGUMENT,
      "The frame is no request of the ttrpc kind.",
      "Speak ttrpc without streaming."),
  TOO_MANY_CALLS(
      "CL-RPC-010",
      RpcStatus.RESOURCE_EXHAUSTED,
      "Too many calls are under way at once.",
      "Wait until earlier calls have been answered."),
  TIMED_OUT(
      "CL-RPC-011",
      RpcStatus.DEADLINE_EXCEEDED,
      "The answer did not come in time.",
      "Look whether the other end still runs, then try again."),
  CONNECTION_LOST(
      "CL-RPC-012",
      RpcStatus.UNAVAILABLE,
      "The connection ended before the answer.",
      "Look whether the other end still runs, then connect again."),
  INTERNAL(
      "CL-RPC-013",
      RpcStatus.INTERNAL,
      "The called end failed by a mistake of its own.",
      "Look into the log of the called end and report it."),
  STREAM_REFUSED(
      "CL-RPC-014",
      RpcStatus.PERMISSION_DENIED,
      "The other end does not give this stream.",
      "Ask only for streams that the policy opens."),
  STREAM_PROTOCOL(
      "CL-RPC-015",
      RpcStatus.INVALID_ARGUMENT,
      "The other end broke the rules of the stream protocol.",
      "Use the same version at both ends."),
  HTTP_MALFORMED(
      "CL-RPC-016",
      RpcStatus.INVALID_ARGUMENT,
      "The bytes are no HTTP/1.1 request of the strict kind that is answered here.",
      "Send a plain request: a path without query, a body with its length."),
  HTTP_UNKNOWN_ROUTE(
      "CL-RPC-017",
      RpcStatus.NOT_FOUND,
      "There is no such path, or not for this method.",
      "Use the paths and methods that the documentation lists."),
  HTTP_TOO_LARGE(
      "CL-RPC-018",
      RpcStatus.RESOURCE_EXHAUSTED,
      "The request is longer than this place takes.",
      "Send less."),
  HTTP_TOO_SLOW(
      "CL-RPC-019",
      RpcStatus.DEADLINE_EXCEEDED,
      "The request did not come in time.",
      "Send it at once.");

  private final String code;
  private final RpcStatus status;
  private final String meaning;
  private final String remedy;

  RpcError(String code, RpcStatus status, String meaning, String remedy) {
    this.code = code;
    this.status = status;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public RpcStatus status() {
    return status;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }

  @Override
  public Kind kind() {
    return switch (this) {
      case TIMED_OUT, CONNECTION_LOST -> Kind.ENVIRONMENT;
      case INTERNAL -> Kind.INTERNAL;
      default -> Kind.REFUSED;
    };
  }
}
