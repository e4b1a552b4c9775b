package dev.cloister.node;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How QEMU runs the guest's instructions. */
public enum Acceleration {
  /** The processor does: a VM of the Linux kernel. */
  KVM("kvm", "-accel kvm -cpu host"),
  /**
   * QEMU does. 32 MiB of translated code are enough for one guest; by default QEMU takes hundreds.
   */
  TCG("tcg", "-accel tcg,thread=multi,tb-size=32 -cpu max");

  private final String word;
  private final String arguments;

  Acceleration(String word, String arguments) {
    this.word = word;
    this.arguments = arguments;
  }

  /** {@code kvm} or {@code tcg}. */
  public String word() {
    return word;
  }

  List<String> arguments() {
    return List.of(arguments.split(" ", -1));
  }

  /** A choice that is made once, when it is first needed. Safe for use by any thread. */
  static final class Choice {
    private final Supplier<Acceleration> chooser;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Acceleration chosen;

    Choice(Supplier<Acceleration> chooser) {
      this.chooser = chooser;
    }

    Acceleration get() {
      lock.lock();
      try {
        Acceleration known = chosen;
        if (known == null) {
          known = chooser.get();
          chosen = known;
        }
        return known;
      } finally {
        lock.unlock();
      }
    }

    /** The choice, if it has been made. */
    Optional<Acceleration> known() {
      return Optional.ofNullable(chosen);
    }
  }
}
