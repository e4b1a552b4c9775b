package dev.cloister.rpc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A connected socket, Unix sockets among them, whose reads and writes end at a time: those have no
 * time-out of their own in blocking mode. One thread uses it.
 */
final class TimedChannel extends InputStream implements Closeable {

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private long end;

  TimedChannel(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.selector = Selector.open();
    this.key = channel.register(selector, 0);
  }

  /** Connects; connecting and what follows have this much time together. */
  static TimedChannel connect(SocketAddress server, Duration time) throws IOException {
    SocketChannel channel =
        server instanceof UnixDomainSocketAddress
            ? SocketChannel.open(StandardProtocolFamily.UNIX)
            : SocketChannel.open();
    try {
      TimedChannel timed = new TimedChannel(channel);
      timed.within(time);
      if (!channel.connect(server)) {
        while (!channel.finishConnect()) {
          timed.await(SelectionKey.OP_CONNECT);
        }
      }
      return timed;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What follows has this much time together. */
  void within(Duration time) {
    end = System.nanoTime() + time.toNanos();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.wrap(into, from, length);
    while (true) {
      int got = channel.read(buffer);
      if (got != 0) {
        return got;
      }
      await(SelectionKey.OP_READ);
    }
  }

  void write(byte[] source, int from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(source, from, length);
    while (buffer.hasRemaining()) {
      if (channel.write(buffer) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  /** The same channel for those who write streams; closing it closes nothing. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] source, int from, int length) throws IOException {
        TimedChannel.this.write(source, from, length);
      }
    };
  }

  /** Says that no more will come. */
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  private void await(int operation) throws IOException {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("the peer took too long");
    }
    key.interestOps(operation);
    selector.select(left / 1_000_000 + 1);
    selector.selectedKeys().clear();
    if (Thread.currentThread().isInterrupted()) {
      throw new SocketTimeoutException("interrupted");
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      selector.close();
    }
  }
}
