package dev.cloister.policy;

/** A value that is set once. Under the guard's lock. */
final class Once<T> {

  private final String path;
  private T value;
  private boolean reserved;
  private boolean done;

  /** Nothing has been set; until then the value is {@code before}. */
  Once(String path, T before) {
    this.path = path;
    this.value = before;
  }

  T value() {
    return value;
  }

  boolean isDone() {
    return done;
  }

  boolean isReserved() {
    return reserved;
  }

  Decision<T> reserve(Object lock, T next) {
    Denied.unless(!done, PolicyError.ONCE, path, "once", "a second time");
    Denied.unless(!reserved, PolicyError.BUSY, path, "", "");
    reserved = true;
    return new Decision.Allowed<>(next, new Setting<>(lock, this, next));
  }

  /** The reservation of the one setting. */
  private static final class Setting<T> extends Reservation {
    private final Once<T> once;
    private final T next;

    Setting(Object lock, Once<T> once, T next) {
      super(lock);
      this.once = once;
      this.next = next;
    }

    @Override
    void apply() {
      once.reserved = false;
      once.done = true;
      once.value = next;
    }

    @Override
    void undo() {
      once.reserved = false;
    }
  }
}
