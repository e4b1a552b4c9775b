package dev.cloister.agent;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Moves what a process prints into a buffer, until the process and its children are done. */
final class OutputPump implements Runnable {

  private final String fifo;
  private final OutputBuffer buffer;

  private OutputPump(String fifo, OutputBuffer buffer) {
    this.fifo = fifo;
    this.buffer = buffer;
  }

  /** Makes a FIFO and a thread that reads it; the thread waits until somebody opens it to write. */
  static void start(String fifo, OutputBuffer buffer) {
    Kernel.makeFifo(fifo);
    AgentThreads.start("output", new OutputPump(fifo, buffer));
  }

  @Override
  public void run() {
    try (InputStream in = new FileInputStream(fifo)) {
      pump(in, buffer);
    } catch (IOException _) {
      buffer.end();
    }
  }

  /** Reads to the end. */
  static void pump(InputStream in, OutputBuffer buffer) throws IOException {
    byte[] piece = new byte[8192];
    try {
      int got = in.read(piece);
      while (got >= 0) {
        buffer.add(piece, got);
        got = in.read(piece);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      buffer.end();
    }
  }
}
