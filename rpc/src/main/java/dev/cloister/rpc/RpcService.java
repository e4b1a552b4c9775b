package dev.cloister.rpc;

/** A named set of methods that a {@link RpcServer} answers with. */
public interface RpcService {

  /** The full name on the wire, for example {@code cloister.agent.v1.Agent}. */
  String name();

  /**
   * Whether a call of this method only waits for something, so that its thread is interrupted when
   * its caller has gone.
   */
  default boolean endsWithCaller(String method) {
    return false;
  }

  /**
   * Answers one call, in a thread of its own; it may block. A {@link
   * dev.cloister.encoding.CloisterException} is the refusal that the caller sees.
   */
  ProtoMessage call(RpcRequest request);
}
