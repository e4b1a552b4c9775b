package dev.cloister.simulator;

import dev.cloister.attestation.FirmwareVersion;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TcbLayout;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;

/** The processor that is played: one of the Genoa line with current firmware. */
public final class SimulatedChip {

  /** The product that reports and certificates name. */
  public static final SnpProduct PRODUCT = SnpProduct.GENOA;

  /** The firmware levels, the same in all four TCB versions of a report. */
  public static final TcbVersion TCB = new TcbVersion(TcbLayout.MILAN_GENOA, 0, 10, 0, 25, 84);

  /** The version of the SNP firmware. */
  public static final FirmwareVersion FIRMWARE = new FirmwareVersion(1, 55, 39);

  /** Threads in use, error correction, memory checked for aliases. */
  static final long PLATFORM_INFO = 0x25;

  /** ABI 0.0, threads may be shared. */
  static final long GUEST_POLICY = 0x30000;

  static final long MITIGATIONS = 1;

  private SimulatedChip() {}

  /**
   * The reference value that a VM of this simulator meets, as strict as a plain one for hardware.
   *
   * @param image name of the guest image
   * @param rootKeyDigest SHA-256 of the simulated root's SubjectPublicKeyInfo, 32 bytes
   * @param launchDigest 48 bytes, by {@link dev.cloister.attestation.SimulatedLaunchDigest}
   * @param vcpus number of virtual CPUs that the digest is for
   */
  public static ReferenceValue referenceValue(
      String image, Bytes rootKeyDigest, Bytes launchDigest, int vcpus) {
    return SnpReferenceValue.plain(
        image, TrustAnchor.simulated(rootKeyDigest), PRODUCT, launchDigest, vcpus, TCB);
  }
}
