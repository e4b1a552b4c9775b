package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;

/**
 * The hashes of a direct boot, as QEMU puts them into the guest's memory for the firmware to check
 * (QEMU, "confidential-guest-support", kernel-hashes).
 *
 * @param kernel SHA-256 of the kernel file
 * @param initrd SHA-256 of the initrd file; of no bytes where there is none
 * @param commandLine SHA-256 of the command line and a NUL byte
 */
public record KernelHashes(Bytes kernel, Bytes initrd, Bytes commandLine) {

  /** Bytes of the table with its padding. */
  static final int TABLE_SIZE = 176;

  private static final int MAX_COMMAND_LINE = 1 << 16;
  private static final Bytes TABLE_HEAD =
      Bytes.concat(guid("9438d606-4f22-4cc9-b479-a793d411fd21"), u16(168));
  private static final Bytes COMMAND_LINE = guid("97d02dd8-bd20-4c94-aa78-e7714d36ab2a");
  private static final Bytes INITRD = guid("44baf731-3a2f-4bd7-9af1-41e29169781d");
  private static final Bytes KERNEL = guid("4de79437-abd2-427f-b835-d5b172d2045b");

  public KernelHashes {
    for (Bytes hash : new Bytes[] {kernel, initrd, commandLine}) {
      if (hash.size() != 32) {
        throw new IllegalArgumentException("a hash has 32 bytes");
      }
    }
  }

  /**
   * The hashes for these.
   *
   * @param kernel SHA-256 of the kernel file
   * @param initrd SHA-256 of the initrd file; of no bytes where there is none
   * @param commandLine at most 65535 bytes in UTF-8, without NUL
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER}
   */
  public static KernelHashes of(Bytes kernel, Bytes initrd, String commandLine) {
    byte[] text = commandLine.getBytes(StandardCharsets.UTF_8);
    if (text.length >= MAX_COMMAND_LINE || commandLine.indexOf(0) >= 0) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER,
          "commandLine",
          "longer than " + (MAX_COMMAND_LINE - 1) + " bytes, or holds a NUL");
    }
    return new KernelHashes(kernel, initrd, Bytes.concat(Bytes.of(text), Bytes.zeros(1)).sha256());
  }

  /** The table, 176 bytes: header, then command line, initrd and kernel, then zeros. */
  Bytes table() {
    Bytes table =
        Bytes.concat(
            TABLE_HEAD,
            entry(COMMAND_LINE, commandLine),
            entry(INITRD, initrd),
            entry(KERNEL, kernel));
    return Bytes.concat(table, Bytes.zeros(TABLE_SIZE - table.size()));
  }

  /** A page of 4096 bytes with the table at the offset. */
  Bytes page(int offset) {
    Bytes table = table();
    return Bytes.concat(
        Bytes.zeros(offset), table, Bytes.zeros(LaunchPages.PAGE - offset - table.size()));
  }

  private static Bytes entry(Bytes guid, Bytes hash) {
    return Bytes.concat(guid, u16(50), hash);
  }

  private static Bytes guid(String text) {
    return OvmfFirmware.guid(text);
  }

  private static Bytes u16(int value) {
    return Bytes.of(new byte[] {(byte) value, (byte) (value >>> 8)});
  }
}
