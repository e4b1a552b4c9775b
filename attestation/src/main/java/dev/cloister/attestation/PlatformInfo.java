package dev.cloister.attestation;

import java.util.Set;

/**
 * How the machine is set up (AMD 56860, ATTESTATION_REPORT, PLATFORM_INFO).
 *
 * @param bits all 64 bits, as in the report
 */
public record PlatformInfo(long bits) {

  /** What one bit says. */
  public enum Feature implements Flag {
    /** Bit 0: threads of a core are in use. Weakens. */
    SMT("smt", 0, true),
    /** Bit 1: all memory is encrypted. */
    TSME("tsme", 1, false),
    /** Bit 2: memory has error correction. */
    ECC("ecc", 2, false),
    /** Bit 3: the power meter is off. */
    RAPL_DISABLED("raplDisabled", 3, false),
    /** Bit 4: the host cannot read ciphertext. */
    CIPHERTEXT_HIDING("ciphertextHiding", 4, false),
    /** Bit 5: memory modules were checked for aliases at boot (CVE-2024-21944). */
    ALIAS_CHECK("aliasCheck", 5, false),
    /** Bit 6: writes of devices are checked by the IOMMU (Turin). */
    IOMMU_WRITE_SAFE("iommuWriteSafe", 6, false),
    /** Bit 7: trusted devices are in use. Weakens. */
    TIO("tio", 7, true);

    private final String text;
    private final int bit;
    private final boolean weakens;

    Feature(String text, int bit, boolean weakens) {
      this.text = text;
      this.bit = bit;
      this.weakens = weakens;
    }

    @Override
    public int bit() {
      return bit;
    }

    /** Its name in JSON. */
    public String text() {
      return text;
    }

    /** Whether it makes a machine weaker, so that it has to be allowed. */
    public boolean weakens() {
      return weakens;
    }
  }

  /** The features whose bit is set. */
  public Set<Feature> features() {
    return Flag.in(Feature.class, bits);
  }

  /** Whether the bits that no specification gives a meaning are zero. */
  public boolean isWellFormed() {
    return bits >>> 8 == 0;
  }

  /** Hexadecimal, for example {@code 0x25}. */
  public String text() {
    return "0x" + Long.toHexString(bits);
  }
}
