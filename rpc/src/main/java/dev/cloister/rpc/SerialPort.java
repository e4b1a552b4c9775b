package dev.cloister.rpc;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * The guest's end of a virtio-serial port as a wire. Peers follow each other, each beginning with
 * the exchange of {@link SerialSession}; {@link #read} answers -1 where the host has disconnected
 * or another peer begins, so a half-read frame is dropped there.
 *
 * <p>A port can be opened once. Reading blocks natively, so the reader must be a platform thread; a
 * write blocks while no host is connected (the writer holds no lock that the reader needs). {@link
 * RandomAccessFile} is used because a {@code FileChannel} makes a write wait for a blocked read.
 */
public final class SerialPort implements Wire {

  private static final long POLL_MILLIS = 20;

  private final Device file;
  private final byte[] buffer = new byte[16 * 1024];

  /**
   * Where a search for the next peer's beginning starts; what this session has read may be after.
   */
  private int next;

  /** What this session has not read yet begins here. */
  private int given;

  private int limit;

  /** Opens the character device of a port. */
  public SerialPort(Path device) throws IOException {
    this(new CharacterDevice(new RandomAccessFile(device.toString(), "rw")));
  }

  SerialPort(Device device) {
    this.file = device;
  }

  /** What lies under a port: reading answers at most 0 while no host is connected. */
  interface Device extends Closeable {
    int read(byte[] into, int from, int length) throws IOException;

    void write(byte[] source, int from, int length) throws IOException;
  }

  private record CharacterDevice(RandomAccessFile file) implements Device {
    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      return file.read(into, from, length);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
      file.write(source, from, length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /**
   * A view of the port for an end that opens no sessions: one peer, for the life of the guest, and
   * a disconnected host is waited for.
   */
  public Wire plain() {
    return new Plain();
  }

  @Override
  public boolean awaitPeer() throws IOException {
    while (true) {
      int found = SerialSession.indexOf(buffer, next, limit, SerialSession.HELLO);
      int whole = found + SerialSession.HELLO.length + SerialSession.NONCE_BYTES;
      if (found >= 0 && whole <= limit) {
        next = whole;
        given = whole;
        answer(found + SerialSession.HELLO.length);
        return true;
      }
      int keep = SerialSession.HELLO.length + SerialSession.NONCE_BYTES - 1;
      next = found >= 0 ? found : Math.max(next, limit - keep);
      given = next;
      if (!fill()) {
        next = limit;
        pause();
      }
    }
  }

  private void answer(int nonceAt) throws IOException {
    byte[] ready = new byte[SerialSession.READY.length + SerialSession.NONCE_BYTES];
    System.arraycopy(SerialSession.READY, 0, ready, 0, SerialSession.READY.length);
    System.arraycopy(buffer, nonceAt, ready, SerialSession.READY.length, SerialSession.NONCE_BYTES);
    synchronized (this) {
      file.write(ready, 0, ready.length);
    }
  }

  /**
   * What has come is given at once, also where it may turn out to be the beginning of another
   * peer's HELLO: a frame may end like that, and nothing may follow it for long.
   */
  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (given == limit && !fill()) {
      return -1;
    }
    int hello = SerialSession.indexOf(buffer, next, limit, SerialSession.HELLO);
    int end = hello < 0 ? limit : hello;
    if (given >= end) {
      next = end;
      return -1;
    }
    int count = Math.min(end - given, length);
    System.arraycopy(buffer, given, into, from, count);
    given += count;
    next = Math.max(next, given - SerialSession.HELLO.length + 1);
    while (next < given && !beginsHello(next)) {
      next++;
    }
    return count;
  }

  /** Whether the bytes from {@code at} to what has been given are the beginning of a HELLO. */
  private boolean beginsHello(int at) {
    for (int i = at; i < given; i++) {
      if (buffer[i] != SerialSession.HELLO[i - at]) {
        return false;
      }
    }
    return true;
  }

  /** Reads more; false where no host is connected. */
  private boolean fill() throws IOException {
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, limit - next);
      limit -= next;
      given -= next;
      next = 0;
    }
    int got = file.read(buffer, limit, buffer.length - limit);
    if (got <= 0) {
      return false;
    }
    limit += got;
    return true;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while no host was connected", e);
    }
  }

  @Override
  public void write(byte[] source, int from, int length) throws IOException {
    synchronized (this) {
      file.write(source, from, length);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** The port without sessions. */
  private final class Plain implements Wire {
    private boolean met;

    @Override
    public boolean awaitPeer() {
      boolean first = !met;
      met = true;
      return first;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      while (true) {
        int got = file.read(into, from, length);
        if (got > 0) {
          return got;
        }
        pause();
      }
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
      SerialPort.this.write(source, from, length);
    }

    @Override
    public void close() throws IOException {
      SerialPort.this.close();
    }
  }
}
