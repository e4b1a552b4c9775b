package dev.cloister.channel;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A pair of byte streams in the shape that JSSE layers TLS over. */
final class StreamSocket extends Socket {

  private final InputStream in;
  private final OutputStream out;
  private final Closeable transport;
  private volatile boolean closed;

  StreamSocket(InputStream in, OutputStream out, Closeable transport) {
    this.in = in;
    this.out = out;
    this.transport = transport;
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    transport.close();
  }
}
