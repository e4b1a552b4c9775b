package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.RpcError;

/** The end of a process, as the agent's own wait saw it; others wait here for it. */
final class Ending {

  private boolean over;
  private int code;
  private long millis;

  /** The process has ended. */
  synchronized void end(int exitCode, long atMillis) {
    if (!over) {
      over = true;
      code = exitCode;
      millis = atMillis;
    }
    notifyAll();
  }

  /** Waits for the end; gives the exit code, 0 to 255. */
  synchronized int await() {
    try {
      while (!over) {
        wait();
      }
      return code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(RpcError.CONNECTION_LOST, "", "the caller has gone", e);
    }
  }

  /** Whether it ends within this time. */
  synchronized boolean endsWithin(long waitMillis) throws InterruptedException {
    long end = Agent.monotonicMillis() + waitMillis;
    long left = waitMillis;
    while (!over && left > 0) {
      wait(left);
      left = end - Agent.monotonicMillis();
    }
    return over;
  }

  /** When it ended, in milliseconds of Unix time; 0 before. */
  synchronized long millis() {
    return millis;
  }
}
