package dev.cloister.attestation;

import java.util.Set;

/**
 * The rules that a VM was started under (AMD 56860, table "Guest Policy"): the firmware refused to
 * start it where it could not keep them.
 *
 * @param bits all 64 bits, as in the report
 */
public record GuestPolicy(long bits) {

  /** Rules that make a VM weaker when set. */
  public enum Allowance implements Flag {
    /** Bit 16: another thread may share a core. */
    SMT("smt", 16),
    /** Bit 18: a migration agent may export the VM. */
    MIGRATION_AGENT("migrationAgent", 18),
    /** Bit 19: the host may debug the VM, that is read its memory. */
    DEBUG("debug", 19),
    /** Bit 21: CXL devices may hold memory of the VM. */
    CXL("cxl", 21);

    private final String text;
    private final int bit;

    Allowance(String text, int bit) {
      this.text = text;
      this.bit = bit;
    }

    @Override
    public int bit() {
      return bit;
    }

    /** Its name in JSON. */
    public String text() {
      return text;
    }
  }

  /** Rules that make a VM stronger when set. */
  public enum Requirement implements Flag {
    /** Bit 20: only on machines of one socket. */
    SINGLE_SOCKET("singleSocket", 20),
    /** Bit 22: memory is encrypted with AES-256-XTS. */
    AES_256_XTS("aes256Xts", 22),
    /** Bit 23: the power meter is off. */
    RAPL_DISABLED("raplDisabled", 23),
    /** Bit 24: the host cannot read the ciphertext. */
    CIPHERTEXT_HIDING("ciphertextHiding", 24),
    /** Bit 25: the host cannot swap pages of the VM. */
    PAGE_SWAP_DISABLED("pageSwapDisabled", 25);

    private final String text;
    private final int bit;

    Requirement(String text, int bit) {
      this.text = text;
      this.bit = bit;
    }

    @Override
    public int bit() {
      return bit;
    }

    /** Its name in JSON. */
    public String text() {
      return text;
    }
  }

  private static final long MUST_BE_ONE = 1L << 17;

  /** The lowest ABI version of firmware that may run the VM: major, then minor. */
  public int abiMajor() {
    return (int) ((bits >>> 8) & 0xff);
  }

  /** The lowest minor ABI version. */
  public int abiMinor() {
    return (int) (bits & 0xff);
  }

  /** The allowances that are set. */
  public Set<Allowance> allowances() {
    return Flag.in(Allowance.class, bits);
  }

  /** The requirements that are set. */
  public Set<Requirement> requirements() {
    return Flag.in(Requirement.class, bits);
  }

  /** Whether bit 17 is one and the bits above 25 are zero, as the specification demands. */
  public boolean isWellFormed() {
    return (bits & MUST_BE_ONE) != 0 && bits >>> 26 == 0;
  }

  /** Hexadecimal, for example {@code 0x30000}. */
  public String text() {
    return "0x" + Long.toHexString(bits);
  }
}
