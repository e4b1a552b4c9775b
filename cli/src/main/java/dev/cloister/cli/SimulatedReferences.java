package dev.cloister.cli;

import dev.cloister.attestation.KernelHashes;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SimulatedLaunchDigest;
import dev.cloister.attestation.SimulatedTdMeasurements;
import dev.cloister.encoding.Bytes;
import dev.cloister.guest.GuestImage;
import dev.cloister.rpc.SimulatorMessages.GetVendorResponse;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedTdxPlatform;
import java.util.Map;
import java.util.Objects;

/** What VMs of a guest image are compared with under a simulator. */
public final class SimulatedReferences {

  /** The name of the reference value for evidence of SNP. */
  public static final String SNP = "simulated";

  /** The name of the reference value for evidence of TDX. */
  public static final String TDX = "simulated-tdx";

  private SimulatedReferences() {}

  /** The reference values of this image for both kinds of evidence, by name. */
  public static Map<String, ReferenceValue> of(GuestImage image, GetVendorResponse vendor) {
    Bytes firmware = BootSource.firmware(image.firmware());
    return Map.of(
        SNP,
        snp(image, firmware, vendor.rootKeyDigest()),
        TDX,
        tdx(image, firmware, vendor.tdxRootKeyDigest()));
  }

  private static ReferenceValue snp(GuestImage image, Bytes firmware, Bytes rootKeyDigest) {
    KernelHashes hashes =
        KernelHashes.of(
            digest(image, GuestImage.KERNEL),
            digest(image, GuestImage.INITRD),
            image.commandLine(GuestImage.Tee.SIMULATED));
    Bytes launchDigest = SimulatedLaunchDigest.ofDirectBoot(firmware, hashes, GuestImages.VCPUS);
    return SimulatedChip.referenceValue(
        image.name(), rootKeyDigest, launchDigest, GuestImages.VCPUS);
  }

  private static ReferenceValue tdx(GuestImage image, Bytes firmware, Bytes rootKeyDigest) {
    return SimulatedTdxPlatform.referenceValue(
        image.name(),
        rootKeyDigest,
        SimulatedTdMeasurements.ofDirectBoot(
            firmware,
            BootSource.kernel(image.kernel()),
            Disk.digest(image.initrd(), "SHA-384"),
            image.commandLine(GuestImage.Tee.SIMULATED),
            GuestImages.VCPUS));
  }

  /** A guest image names the digest of each of its files. */
  private static Bytes digest(GuestImage image, String file) {
    return Objects.requireNonNull(image.digests().get(file), file);
  }
}
