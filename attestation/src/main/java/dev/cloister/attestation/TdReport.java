package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;

/**
 * What the TDX module says about a trust domain: the body of a quote (Intel TDX DCAP Quote
 * Generation Library and Quote Verification Library, "TD Quote Body" for TDX 1.0 and 1.5). All of
 * it is signed. Immutable.
 *
 * @param raw 584 bytes (TDX 1.0) or 648 (TDX 1.5)
 */
public record TdReport(Bytes raw) {

  /** Length for TDX 1.0. */
  public static final int SIZE_1_0 = 584;

  /** Length for TDX 1.5. */
  public static final int SIZE_1_5 = 648;

  public TdReport {
    if (raw.size() != SIZE_1_0 && raw.size() != SIZE_1_5) {
      throw new IllegalArgumentException("a TD report has 584 or 648 bytes");
    }
  }

  /** TEE_TCB_SVN, 16 bytes: what the TDX module was when the TD was launched. */
  public Bytes teeTcbSvn() {
    return raw.slice(0, 16);
  }

  /** MRSEAM, 48 bytes: the TDX module's measurement. */
  public Bytes mrSeam() {
    return raw.slice(16, 64);
  }

  /** MRSIGNERSEAM, 48 bytes: zero for Intel's module. */
  public Bytes mrSignerSeam() {
    return raw.slice(64, 112);
  }

  /** SEAMATTRIBUTES, 8 bytes. */
  public Bytes seamAttributes() {
    return raw.slice(112, 120);
  }

  /** TDATTRIBUTES. */
  public TdAttributes attributes() {
    return new TdAttributes(raw.u64le(120));
  }

  /** XFAM, 8 bytes little-endian: the extended features that the TD may use. */
  public long xfam() {
    return raw.u64le(128);
  }

  /** MRTD, 48 bytes: what the TD was built from. */
  public Bytes mrTd() {
    return raw.slice(136, 184);
  }

  /** MRCONFIGID, 48 bytes that the host gave at launch. */
  public Bytes mrConfigId() {
    return raw.slice(184, 232);
  }

  /** MROWNER, 48 bytes that the host gave at launch. */
  public Bytes mrOwner() {
    return raw.slice(232, 280);
  }

  /** MROWNERCONFIG, 48 bytes that the host gave at launch. */
  public Bytes mrOwnerConfig() {
    return raw.slice(280, 328);
  }

  /**
   * RTMR, 48 bytes.
   *
   * @param index 0 to 3
   */
  public Bytes rtmr(int index) {
    if (index < 0 || index > 3) {
      throw new IndexOutOfBoundsException(index);
    }
    return raw.slice(328 + 48 * index, 376 + 48 * index);
  }

  /** REPORTDATA, 64 bytes that the asker chose. */
  public Bytes reportData() {
    return raw.slice(520, 584);
  }

  /** Whether it is one of TDX 1.5, which has the two fields that follow. */
  public boolean isOf15() {
    return raw.size() == SIZE_1_5;
  }

  /**
   * TEE_TCB_SVN_2, 16 bytes: what the TDX module is now, which a TD-preserving update may have
   * raised. The first one where the body is of TDX 1.0.
   */
  public Bytes currentTeeTcbSvn() {
    return isOf15() ? raw.slice(584, 600) : teeTcbSvn();
  }

  /** MRSERVICETD, 48 bytes: the service TDs bound to this one; zero without, and in TDX 1.0. */
  public Bytes mrServiceTd() {
    return isOf15() ? raw.slice(600, 648) : Bytes.zeros(48);
  }
}
