package dev.cloister.rpc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;

/**
 * A stream of bytes in each direction, to one peer at a time. One thread reads, several may write:
 * {@link #write} is called under a lock by those who share a wire. Blocking.
 */
public interface Wire extends Closeable {

  /**
   * Waits until a peer is there. A socket has one peer and answers true once; a serial port has one
   * after the other.
   *
   * @return false where no peer will come any more
   */
  boolean awaitPeer() throws IOException;

  /**
   * Reads at least one byte.
   *
   * @return how many bytes were read, or -1 where this peer will send no more
   */
  int read(byte[] into, int from, int length) throws IOException;

  /** Writes all the bytes. */
  void write(byte[] source, int from, int length) throws IOException;

  /** A wire of a pair of streams, with one peer. */
  static Wire of(InputStream in, OutputStream out) {
    return new StreamWire(in, out);
  }

  /** A wire of a connected socket in blocking mode, with one peer. */
  static Wire of(SocketChannel channel) {
    return new SocketWire(channel);
  }
}
