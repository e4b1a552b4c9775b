package dev.cloister.cli;

import dev.cloister.attestation.KernelHashes;
import dev.cloister.attestation.LaunchBase;
import dev.cloister.attestation.SnpLaunchDigest;
import dev.cloister.attestation.Vcpus;
import dev.cloister.encoding.Bytes;
import java.nio.file.Path;

/**
 * A launch under SEV-SNP, as options or a line of a batch name it.
 *
 * @param firmware the firmware file
 * @param boot what the firmware starts
 * @param vcpus the virtual CPUs
 */
record SnpLaunch(Path firmware, BootSource boot, Vcpus vcpus) {

  /** The measurement before the vCPUs. */
  LaunchBase base() {
    Bytes image = BootSource.firmware(firmware);
    return switch (boot) {
      case BootSource.Firmware _ -> SnpLaunchDigest.baseOfFirmware(image, vcpus.launcher());
      case BootSource.Kernel kernel ->
          SnpLaunchDigest.baseOfDirectBoot(image, hashes(kernel), vcpus.launcher());
    };
  }

  private static KernelHashes hashes(BootSource.Kernel kernel) {
    Bytes initrd =
        kernel.initrd().map(file -> Disk.digest(file, "SHA-256")).orElseGet(Bytes.EMPTY::sha256);
    return KernelHashes.of(Disk.digest(kernel.file(), "SHA-256"), initrd, kernel.commandLine());
  }
}
