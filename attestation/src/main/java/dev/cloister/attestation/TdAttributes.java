package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * The attributes that a trust domain was built with (Intel TDX Module ABI, table "ATTRIBUTES").
 *
 * @param bits all 64 bits
 */
public record TdAttributes(long bits) {

  /** What one bit says. */
  public enum Attribute implements Flag {
    /** Bit 0: the host may debug the TD, that is read its memory and state. Weakens. */
    DEBUG("debug", 0, true),
    /** Bit 27: linear address space separation is on. */
    LASS("lass", 27, false),
    /** Bit 28: pages that the host takes away end the TD and raise no exception in it. */
    SEPT_VE_DISABLE("septVeDisable", 28, false),
    /** Bit 29: a service TD may move the TD to another machine. Weakens. */
    MIGRATABLE("migratable", 29, true),
    /** Bit 30: supervisor protection keys may be used. */
    PKS("pks", 30, false),
    /** Bit 31: key locker may be used. */
    KEY_LOCKER("keyLocker", 31, false),
    /** Bit 62: the TD may ask for TDX 1.5 partitioning assistance. Weakens. */
    TPA("tpa", 62, true),
    /** Bit 63: the TD may use performance counters, which its host then shares. Weakens. */
    PERFMON("perfmon", 63, true);

    private final String text;
    private final int bit;
    private final boolean weakens;

    Attribute(String text, int bit, boolean weakens) {
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

    /** Whether it makes a TD weaker, so that it has to be allowed. */
    public boolean weakens() {
      return weakens;
    }
  }

  /** The attributes whose bit is set. */
  public Set<Attribute> attributes() {
    return Flag.in(Attribute.class, bits);
  }

  /** Whether the bits that no specification gives a meaning are zero. */
  public boolean isWellFormed() {
    long known = 0;
    for (Attribute attribute : Attribute.values()) {
      known |= 1L << attribute.bit;
    }
    return (bits & ~known) == 0;
  }

  /** 16 hexadecimal digits, in the order of the bytes in the quote. */
  public String text() {
    return hex(bits);
  }

  static String hex(long bits) {
    ByteBuffer eight = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits);
    return Bytes.of(eight.array()).toHex();
  }
}
