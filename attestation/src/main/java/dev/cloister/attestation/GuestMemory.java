package dev.cloister.attestation;

import dev.cloister.encoding.CloisterException;

/**
 * A guest's memory under QEMU's machine q35, which leaves room for devices below 4 GiB (QEMU,
 * hw/i386/pc_q35.c).
 *
 * @param bytes whole MiB, 256 MiB to 64 TiB
 */
public record GuestMemory(long bytes) {

  private static final long MIB = 1L << 20;
  private static final long SPLIT_FROM = 0xb000_0000L;
  private static final long LOW_WHEN_SPLIT = 0x8000_0000L;

  /**
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER}
   */
  public GuestMemory {
    if (bytes < 256 * MIB || bytes > 1L << 46 || bytes % MIB != 0) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER, "memory", "whole MiB from 256 MiB on belong here");
    }
  }

  /** Bytes from address 0 on. */
  long below4Gib() {
    return bytes >= SPLIT_FROM ? LOW_WHEN_SPLIT : bytes;
  }

  /** Bytes from 4 GiB on. */
  long above4Gib() {
    return bytes - below4Gib();
  }
}
