package dev.cloister.channel;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs something when a time is over, unless it is closed before: how blocked reads and writes are
 * ended. A drop every few seconds does not extend it, as it would a socket's own time-out.
 */
final class Deadline implements AutoCloseable {

  private enum State {
    RUNNING,
    MET,
    EXPIRED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private final Thread thread;

  private Deadline(Duration limit, Runnable onExpiry) {
    this.thread = Thread.ofVirtual().name("channel-deadline").unstarted(() -> run(limit, onExpiry));
  }

  static Deadline start(Duration limit, Runnable onExpiry) {
    Deadline deadline = new Deadline(limit, onExpiry);
    deadline.thread.start();
    return deadline;
  }

  private void run(Duration limit, Runnable onExpiry) {
    try {
      Thread.sleep(limit);
    } catch (InterruptedException e) {
      return;
    }
    if (state.compareAndSet(State.RUNNING, State.EXPIRED)) {
      onExpiry.run();
    }
  }

  boolean expired() {
    return state.get() == State.EXPIRED;
  }

  /** Ends the watch; after it the action does not start any more. */
  @Override
  public void close() {
    if (state.compareAndSet(State.RUNNING, State.MET)) {
      thread.interrupt();
    }
  }
}
