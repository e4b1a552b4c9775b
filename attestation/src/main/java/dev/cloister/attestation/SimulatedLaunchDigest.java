package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * The launch digest of a VM under the simulator, whose firmware (SeaBIOS) has no SEV metadata. The
 * genuine algorithm runs with what the metadata would say filled in by this rule: after the
 * firmware pages, which end at 4 GiB, comes one normal page right below them that begins with the
 * table of kernel hashes; then the state of each vCPU as QEMU has it for {@code EPYC-Genoa}, all
 * starting at the reset vector.
 */
public final class SimulatedLaunchDigest {

  private SimulatedLaunchDigest() {}

  /**
   * The digest of a VM that boots a kernel directly.
   *
   * @param firmware the firmware file, whole pages
   * @param hashes of kernel, initrd and command line
   * @param vcpus 1 to 512
   * @return 48 bytes
   * @throws CloisterException with {@link AttestationError#FIRMWARE_MALFORMED} or {@link
   *     AttestationError#LAUNCH_PARAMETER}
   */
  public static Bytes ofDirectBoot(Bytes firmware, KernelHashes hashes, int vcpus) {
    OvmfFirmware.requirePages(firmware);
    long base = OvmfFirmware.base(firmware);
    LaunchPages pages = new LaunchPages();
    pages.normal(firmware, base);
    pages.normal(hashes.page(0), base - LaunchPages.PAGE);
    Vcpus.ofQemu(vcpus, VcpuModel.EPYC_GENOA.signature()).measure(pages, Vcpus.RESET_VECTOR);
    return pages.digest();
  }
}
