package dev.cloister.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * How two ends of a serial port agree where a session begins. A virtio-serial port is one endless
 * stream of bytes in which peers follow each other: what the former peer sent or should have got
 * may still be on the way, cut off anywhere. So who connects sends {@code HELLO} and 16 random
 * bytes; the guest drops everything before them and answers {@code READY} and the same bytes; who
 * connected drops everything before those. Inside a session there is nothing but frames.
 */
public final class SerialSession {

  static final byte[] HELLO = "\u0001CLOISTER-HELLO\n".getBytes(StandardCharsets.ISO_8859_1);
  static final byte[] READY = "\u0001CLOISTER-READY\n".getBytes(StandardCharsets.ISO_8859_1);
  static final int NONCE_BYTES = 16;

  private SerialSession() {}

  /**
   * Opens a session from the host's end of a port. Blocks until the guest has opened its end and
   * answered; close the wire to end the waiting.
   *
   * @throws IOException where the wire ends before the answer
   */
  public static Wire open(Wire wire, RandomGenerator random) throws IOException {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] hello = Arrays.copyOf(HELLO, HELLO.length + NONCE_BYTES);
    System.arraycopy(nonce, 0, hello, HELLO.length, NONCE_BYTES);
    wire.write(hello, 0, hello.length);

    byte[] wanted = Arrays.copyOf(READY, READY.length + NONCE_BYTES);
    System.arraycopy(nonce, 0, wanted, READY.length, NONCE_BYTES);
    byte[] chunk = new byte[8192];
    int held = 0;
    while (true) {
      int got = wire.read(chunk, held, chunk.length - held);
      if (got < 0) {
        throw new IOException("the port was closed before the guest answered");
      }
      held += got;
      int found = indexOf(chunk, 0, held, wanted);
      if (found >= 0) {
        return new Opened(wire, Arrays.copyOfRange(chunk, found + wanted.length, held));
      }
      int keep = Math.min(held, wanted.length - 1);
      System.arraycopy(chunk, held - keep, chunk, 0, keep);
      held = keep;
    }
  }

  /** Where {@code wanted} begins in {@code source}, or -1. */
  static int indexOf(byte[] source, int from, int to, byte[] wanted) {
    byte first = wanted[0];
    for (int i = from; i <= to - wanted.length; i++) {
      if (source[i] == first
          && Arrays.equals(source, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  /** A wire whose first bytes have been read already. */
  private static final class Opened implements Wire {
    private final Wire wire;
    private final byte[] early;
    private int taken;
    private boolean met;

    Opened(Wire wire, byte[] early) {
      this.wire = wire;
      this.early = early;
    }

    @Override
    public boolean awaitPeer() {
      boolean first = !met;
      met = true;
      return first;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (taken == early.length) {
        return wire.read(into, from, length);
      }
      int count = Math.min(length, early.length - taken);
      System.arraycopy(early, taken, into, from, count);
      taken += count;
      return count;
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
      wire.write(source, from, length);
    }

    @Override
    public void close() throws IOException {
      wire.close();
    }
  }
}
