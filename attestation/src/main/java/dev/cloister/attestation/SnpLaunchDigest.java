package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * The launch digest that the security processor computes when a VM starts (AMD 56860, section
 * "SNP_LAUNCH_UPDATE"): firmware pages, then the sections of the firmware's metadata, then the
 * state of each vCPU, in the launcher's order.
 */
public final class SnpLaunchDigest {

  private SnpLaunchDigest() {}

  /**
   * The digest of a VM that boots a kernel directly.
   *
   * @param firmware the firmware file
   * @param hashes of kernel, initrd and command line
   * @return 48 bytes
   * @throws CloisterException with {@link AttestationError#FIRMWARE_WITHOUT_KERNEL_HASHES} where
   *     the firmware would not check the kernel, {@link AttestationError#FIRMWARE_MALFORMED}
   */
  public static Bytes ofDirectBoot(Bytes firmware, KernelHashes hashes, Vcpus vcpus) {
    return baseOfDirectBoot(firmware, hashes, vcpus.launcher()).with(vcpus);
  }

  /** The same before the vCPUs, with the same refusals. */
  public static LaunchBase baseOfDirectBoot(
      Bytes firmware, KernelHashes hashes, Vcpus.Launcher launcher) {
    OvmfFirmware parsed = OvmfFirmware.parse(firmware);
    if (!parsed.hasKernelHashes()) {
      throw new CloisterException(
          AttestationError.FIRMWARE_WITHOUT_KERNEL_HASHES,
          "firmware",
          "the metadata have no section for kernel hashes");
    }
    int offset = (int) (parsed.hashTable() % LaunchPages.PAGE);
    if (offset + KernelHashes.TABLE_SIZE > LaunchPages.PAGE) {
      throw new CloisterException(
          AttestationError.FIRMWARE_MALFORMED, "firmware", "the hash table crosses a page");
    }
    return measure(parsed, hashes.page(offset), launcher);
  }

  /**
   * The digest of a VM that boots what its firmware finds.
   *
   * @param firmware the firmware file
   * @return 48 bytes
   * @throws CloisterException with {@link AttestationError#FIRMWARE_MALFORMED}
   */
  public static Bytes ofFirmware(Bytes firmware, Vcpus vcpus) {
    return baseOfFirmware(firmware, vcpus.launcher()).with(vcpus);
  }

  /** The same before the vCPUs, with the same refusals. */
  public static LaunchBase baseOfFirmware(Bytes firmware, Vcpus.Launcher launcher) {
    return measure(OvmfFirmware.parse(firmware), Bytes.EMPTY, launcher);
  }

  private static LaunchBase measure(
      OvmfFirmware firmware, Bytes hashPage, Vcpus.Launcher launcher) {
    LaunchPages pages = new LaunchPages();
    pages.normal(firmware.image(), OvmfFirmware.base(firmware.image()));
    boolean cpuidLast = launcher == Vcpus.Launcher.EC2;
    for (OvmfFirmware.Section section : firmware.sections()) {
      if (section.kind() != OvmfFirmware.Kind.CPUID || !cpuidLast) {
        section(pages, section, firmware, hashPage, launcher);
      }
    }
    for (OvmfFirmware.Section section : firmware.sections()) {
      if (section.kind() == OvmfFirmware.Kind.CPUID && cpuidLast) {
        section(pages, section, firmware, hashPage, launcher);
      }
    }
    return new LaunchBase(pages.digest(), firmware.resetAddress(), launcher);
  }

  private static void section(
      LaunchPages pages,
      OvmfFirmware.Section section,
      OvmfFirmware firmware,
      Bytes hashPage,
      Vcpus.Launcher launcher) {
    switch (section.kind()) {
      case SEC_MEMORY ->
          pages.empty(
              launcher == Vcpus.Launcher.GCE ? LaunchPages.Type.UNMEASURED : LaunchPages.Type.ZERO,
              section.address(),
              section.size());
      case SECRETS -> pages.empty(LaunchPages.Type.SECRETS, section.address(), LaunchPages.PAGE);
      case CPUID -> pages.empty(LaunchPages.Type.CPUID, section.address(), LaunchPages.PAGE);
      case SVSM_CALLING_AREA ->
          pages.empty(LaunchPages.Type.ZERO, section.address(), section.size());
      case KERNEL_HASHES -> hashes(pages, section, firmware, hashPage);
    }
  }

  private static void hashes(
      LaunchPages pages, OvmfFirmware.Section section, OvmfFirmware firmware, Bytes hashPage) {
    if (hashPage.isEmpty()) {
      pages.empty(LaunchPages.Type.ZERO, section.address(), section.size());
      return;
    }
    long page = firmware.hashTable() - firmware.hashTable() % LaunchPages.PAGE;
    if (page != section.address() || section.size() != LaunchPages.PAGE) {
      throw new CloisterException(
          AttestationError.FIRMWARE_MALFORMED,
          "firmware",
          "the hash table does not lie in the section for it");
    }
    pages.normal(hashPage, section.address());
  }
}
