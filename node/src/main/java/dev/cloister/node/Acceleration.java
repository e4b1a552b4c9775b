package dev.cloister.node;

import java.util.List;

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
}
