package dev.cloister.policy;

/**
 * A request that the {@link Guard} allowed and that is being carried out. {@link #commit} when that
 * is done; {@link #close} without it takes the request back as if it had not been made. Use it in a
 * try statement. One thread.
 */
public abstract class Reservation implements AutoCloseable {

  private final Object lock;
  private boolean open = true;

  Reservation(Object lock) {
    this.lock = lock;
  }

  /** The request has been carried out. A second call does nothing. */
  public final void commit() {
    synchronized (lock) {
      if (open) {
        open = false;
        apply();
      }
    }
  }

  /** The request failed, unless it has been committed. */
  @Override
  public final void close() {
    synchronized (lock) {
      if (open) {
        open = false;
        undo();
      }
    }
  }

  /** Makes the change; called under the guard's lock. */
  abstract void apply();

  /** Takes the reservation back; called under the guard's lock. */
  abstract void undo();

  /** A reservation of something that changes nothing. */
  static final class Nothing extends Reservation {
    Nothing(Object lock) {
      super(lock);
    }

    @Override
    void apply() {}

    @Override
    void undo() {}
  }
}
