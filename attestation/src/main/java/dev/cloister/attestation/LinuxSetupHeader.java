package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The setup header of a Linux kernel (Linux, Documentation/arch/x86/boot.rst), into which QEMU
 * before 10.0 writes where it will put command line and initrd (QEMU, hw/i386/x86-common.c,
 * x86_load_linux). A firmware then measures the kernel as written.
 */
final class LinuxSetupHeader {

  private static final int MIN_SIZE = 0x1000;
  private static final int REAL_MODE = 0x10000;
  private static final int COMMAND_LINE = 0x20000;
  private static final int ACPI_DATA = 0x28000;
  private static final int LOADED_ABOVE_4_GIB = 2;

  private LinuxSetupHeader() {}

  /**
   * The kernel as QEMU hands it on.
   *
   * @param initrdSize in bytes; 0 where there is none
   * @throws CloisterException with {@link AttestationError#KERNEL_MALFORMED}
   */
  static Bytes written(Bytes kernel, long initrdSize, GuestMemory memory) {
    if (kernel.size() < MIN_SIZE || kernel.u32le(0x202) != 0x5372_6448L) {
      throw malformed("it has no setup header of Linux");
    }
    int protocol = kernel.u16le(0x206);
    if (protocol < 0x203 || (kernel.at(0x211) & 1) == 0) {
      throw malformed("its boot protocol is older than 2.03");
    }
    ByteBuffer out = ByteBuffer.wrap(kernel.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0x210, (byte) 0xb0).put(0x211, (byte) (kernel.at(0x211) | 0x80));
    out.putInt(0x224, COMMAND_LINE - REAL_MODE - 0x200).putInt(0x228, COMMAND_LINE);
    if (initrdSize > 0) {
      long end = initrdEnd(kernel, protocol, memory);
      if (initrdSize >= end) {
        throw malformed("the initrd does not fit into the guest's memory");
      }
      out.putInt(0x218, (int) ((end - initrdSize) & ~0xfffL)).putInt(0x21c, (int) initrdSize);
    }
    return Bytes.of(out.array());
  }

  private static long initrdEnd(Bytes kernel, int protocol, GuestMemory memory) {
    boolean above4Gib = protocol >= 0x20c && (kernel.u16le(0x236) & LOADED_ABOVE_4_GIB) != 0;
    long end = above4Gib ? 0xffff_ffffL : kernel.u32le(0x22c);
    return Math.min(end, memory.below4Gib() - ACPI_DATA - 1);
  }

  private static CloisterException malformed(String detail) {
    return new CloisterException(AttestationError.KERNEL_MALFORMED, "kernel", detail);
  }
}
