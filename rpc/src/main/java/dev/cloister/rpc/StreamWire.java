package dev.cloister.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A pair of streams as a wire. */
final class StreamWire implements Wire {

  private final InputStream in;
  private final OutputStream out;
  private boolean met;

  StreamWire(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public boolean awaitPeer() {
    boolean first = !met;
    met = true;
    return first;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    return in.read(into, from, length);
  }

  @Override
  public void write(byte[] source, int from, int length) throws IOException {
    out.write(source, from, length);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    try (in;
        out) {
      met = true;
    }
  }
}
