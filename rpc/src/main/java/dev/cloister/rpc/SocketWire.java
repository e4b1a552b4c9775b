package dev.cloister.rpc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/** A connected socket as a wire: it can be read and written by two threads at once. */
final class SocketWire implements Wire {

  private final SocketChannel channel;
  private boolean met;

  SocketWire(SocketChannel channel) {
    this.channel = channel;
  }

  @Override
  public boolean awaitPeer() {
    boolean first = !met;
    met = true;
    return first;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    try {
      return channel.read(ByteBuffer.wrap(into, from, length));
    } catch (ClosedChannelException _) {
      return -1;
    }
  }

  @Override
  public void write(byte[] source, int from, int length) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(source, from, length);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
