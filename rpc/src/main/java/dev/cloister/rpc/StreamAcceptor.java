package dev.cloister.rpc;

/** Serves the streams that the other end opens. */
public interface StreamAcceptor {

  /**
   * Serves one stream, in a thread of its own; the stream is closed when this returns. A {@link
   * dev.cloister.encoding.CloisterException} is the refusal that the other end sees.
   *
   * @param name what the other end asked for, at most 256 characters
   */
  void accept(String name, MuxStream stream);
}
