package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * The running launch digest right before the states of the vCPUs: from it and the reset vector, the
 * digest for every number and model of vCPUs follows without the firmware.
 *
 * @param digest 48 bytes
 * @param resetAddress where vCPUs other than the first start
 * @param launcher whose order of pages this is
 */
public record LaunchBase(Bytes digest, long resetAddress, Vcpus.Launcher launcher) {

  public LaunchBase {
    if (digest.size() != 48 || resetAddress < 0 || resetAddress > 0xffff_ffffL) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER, "base", "48 bytes and a 32-bit address belong here");
    }
  }

  /**
   * The launch digest of a VM with these vCPUs.
   *
   * @return 48 bytes
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER} where the vCPUs are of
   *     another launcher
   */
  public Bytes with(Vcpus vcpus) {
    if (vcpus.launcher() != launcher) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER, "vcpus", "they are of another launcher");
    }
    LaunchPages pages = new LaunchPages(digest);
    vcpus.measure(pages, resetAddress);
    return pages.digest();
  }
}
