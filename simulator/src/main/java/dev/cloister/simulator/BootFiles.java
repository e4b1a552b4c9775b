package dev.cloister.simulator;

import dev.cloister.attestation.KernelHashes;
import dev.cloister.attestation.SimulatedLaunchDigest;
import dev.cloister.attestation.SimulatedTdMeasurements;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;
import java.nio.file.Path;
import java.util.List;

/** Firmware, kernel and initrd of one launch, read once and sealed. */
final class BootFiles implements AutoCloseable {

  private static final long MAX_FIRMWARE = 16L << 20;
  private static final long MAX_KERNEL = 256L << 20;
  private static final long MAX_INITRD = 1024L << 20;

  private final SealedFile firmware;
  private final SealedFile kernel;
  private final SealedFile initrd;

  private BootFiles(SealedFile firmware, SealedFile kernel, SealedFile initrd) {
    this.firmware = firmware;
    this.kernel = kernel;
    this.initrd = initrd;
  }

  static BootFiles read(Path firmware, Path kernel, Path initrd) {
    SealedFile first = SealedFile.copyOf(firmware, "firmware", MAX_FIRMWARE);
    try {
      SealedFile second = SealedFile.copyOf(kernel, "kernel", MAX_KERNEL);
      try {
        return new BootFiles(first, second, SealedFile.copyOf(initrd, "initrd", MAX_INITRD));
      } catch (RuntimeException e) {
        second.close();
        throw e;
      }
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  /** The launch digest of these files, 48 bytes. */
  Bytes measure(String commandLine, int vcpus) {
    KernelHashes hashes = KernelHashes.of(kernel.sha256(), initrd.sha256(), commandLine);
    return SimulatedLaunchDigest.ofDirectBoot(firmware.content(), hashes, vcpus);
  }

  /** What is measured of a TD of these files. */
  TdMeasurements measureTd(String commandLine, int vcpus) {
    return SimulatedTdMeasurements.ofDirectBoot(
        firmware.content(), kernel.content(), initrd.sha384(), commandLine, vcpus);
  }

  /** The arguments that make QEMU load them. */
  List<String> arguments(String commandLine) {
    return List.of(
        "-bios",
        firmware.path(),
        "-kernel",
        kernel.path(),
        "-initrd",
        initrd.path(),
        "-append",
        commandLine);
  }

  /** Frees the memory; QEMU keeps what it has loaded. */
  @Override
  public void close() {
    firmware.close();
    kernel.close();
    initrd.close();
  }
}
