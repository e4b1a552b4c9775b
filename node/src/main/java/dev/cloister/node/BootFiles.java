package dev.cloister.node;

import java.nio.file.Path;

/**
 * What a VM boots: the measured part of the guest image. The node is free to name other files than
 * those of a guest image; the launch digest in the evidence then is another one.
 *
 * @param firmware what QEMU gets as {@code -bios}
 * @param kernel vmlinuz
 * @param initrd the initial file system
 * @param commandLine the kernel's command line, 1 to 2047 printable characters
 */
public record BootFiles(Path firmware, Path kernel, Path initrd, String commandLine) {

  public BootFiles {
    SpecRules.text("boot.commandLine", commandLine, 2047);
  }
}
