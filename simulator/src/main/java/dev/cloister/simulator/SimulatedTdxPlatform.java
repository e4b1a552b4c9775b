package dev.cloister.simulator;

import dev.cloister.attestation.TdMeasurements;
import dev.cloister.attestation.TdxReferenceValue;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import java.util.List;

/** The platform with TDX that is played, whose firmware is up to date. */
public final class SimulatedTdxPlatform {

  /** FMSPC, which no genuine platform has: it spells SIMUL. */
  public static final Bytes FMSPC = Bytes.concat(Bytes.ofUtf8("SIMUL"), Bytes.zeros(1));

  /** TEE_TCB_SVN: TDX module 1, SVN 11, loader 7. */
  static final Bytes TEE_TCB_SVN = Bytes.concat(Bytes.of(new byte[] {11, 1, 7}), Bytes.zeros(13));

  static final Bytes MR_SEAM = Bytes.ofUtf8("SIMULATED TDX module").sha384();
  static final Bytes QE_MR_SIGNER = Bytes.ofUtf8("SIMULATED quoting enclave").sha256();
  static final Bytes QE_ATTRIBUTES = Bytes.concat(Bytes.of(new byte[] {0x11}), Bytes.zeros(15));
  static final int QE_PRODUCT = 2;
  static final int QE_SVN = 8;
  static final Bytes PCE_ID = Bytes.zeros(2);
  static final int PCE_SVN = 13;
  static final Bytes CPU_SVN = Bytes.ofHex("03030202040100050000000000000000");
  static final List<Integer> SGX_COMPONENTS =
      List.of(3, 3, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0);
  static final int EVALUATION_DATA_NUMBER = 20;

  /** SEPT_VE_DISABLE. */
  static final long TD_ATTRIBUTES = 1L << 28;

  /** x87 to AVX-512 and AMX. */
  static final long XFAM = 0x600e7;

  private SimulatedTdxPlatform() {}

  /**
   * The reference value that a TD of this simulator meets, as strict as a plain one for hardware.
   *
   * @param image name of the guest image
   * @param rootKeyDigest SHA-256 of the simulated root's SubjectPublicKeyInfo, 32 bytes
   * @param measurements by {@link dev.cloister.attestation.SimulatedTdMeasurements}
   */
  public static TdxReferenceValue referenceValue(
      String image, Bytes rootKeyDigest, TdMeasurements measurements) {
    return TdxReferenceValue.plain(
        image,
        TrustAnchor.simulated(rootKeyDigest),
        measurements.mrTd(),
        measurements.rtmrs().subList(0, 3));
  }
}
