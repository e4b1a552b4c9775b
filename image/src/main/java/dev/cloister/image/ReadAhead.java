package dev.cloister.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in a thread of its own, a few pieces ahead of its one reader, so that two
 * processors share the work: one unpacks, the other writes.
 */
final class ReadAhead extends InputStream {

  private static final int PIECE = 128 << 10;
  private static final int PIECES = 8;

  private static final class Piece {
    final byte[] bytes = new byte[PIECE];
    int length;
    @Nullable Throwable failure;
  }

  /** Opens the stream that is read ahead, in the thread that reads it. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  private final Source source;
  private final BlockingQueue<Piece> empty = new ArrayBlockingQueue<>(PIECES);
  private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES);
  private final Thread thread;
  private @Nullable Piece current;
  private int at;

  ReadAhead(String name, Source source) {
    this.source = source;
    for (int i = 0; i < PIECES; i++) {
      empty.add(new Piece());
    }
    this.thread = Workers.startThread(name, this::fill);
  }

  private void fill() {
    try (InputStream in = source.open()) {
      Piece piece;
      do {
        piece = empty.take();
        piece.length = in.readNBytes(piece.bytes, 0, PIECE);
        full.put(piece);
      } while (piece.length == PIECE);
      if (piece.length > 0) {
        Piece last = empty.take();
        last.length = 0;
        full.put(last);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error e) {
      Piece failed = new Piece();
      failed.failure = e;
      // The reader takes pieces until it finds the failure, so there will be room.
      putFailure(failed);
    }
  }

  private void putFailure(Piece failed) {
    try {
      full.put(failed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Piece piece = current();
    if (piece.length == 0 || length == 0) {
      return length == 0 ? 0 : -1;
    }
    int count = Math.min(length, piece.length - at);
    System.arraycopy(piece.bytes, at, bytes, offset, count);
    at += count;
    return count;
  }

  private Piece current() throws IOException {
    Piece piece = current;
    if (piece != null && (at < piece.length || piece.length == 0)) {
      return piece;
    }
    if (piece != null) {
      empty.add(piece);
    }
    piece = take();
    at = 0;
    current = piece;
    return piece;
  }

  private Piece take() throws IOException {
    try {
      Piece piece = full.take();
      return switch (piece.failure) {
        case null -> piece;
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case Throwable failure -> throw new IllegalStateException(failure);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }

  /** Ends the thread and waits for it. */
  @Override
  public void close() throws IOException {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } finally {
      full.clear();
      empty.clear();
    }
  }
}
