package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a launcher gives the security processor beside the VM: it refuses to start a VM that was
 * measured otherwise, and puts the rest into reports (AMD 56860, table "ID Block Structure").
 *
 * @param launchDigest 48 bytes
 * @param familyId 16 bytes, the owner's
 * @param imageId 16 bytes, the owner's
 * @param guestSvn the VM's own security version, 32 bits
 * @param policy under which the VM is started
 */
public record IdBlock(
    Bytes launchDigest, Bytes familyId, Bytes imageId, long guestSvn, GuestPolicy policy) {

  private static final int SIZE = 96;
  private static final int VERSION = 1;
  private static final long MUST_BE_ONE = 1L << 17;

  /**
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER}
   */
  public IdBlock {
    check(launchDigest.size() == 48, "launchDigest", "48 bytes belong here");
    check(familyId.size() == 16, "familyId", "16 bytes belong here");
    check(imageId.size() == 16, "imageId", "16 bytes belong here");
    check(guestSvn >= 0 && guestSvn <= 0xffff_ffffL, "guestSvn", "32 bits belong here");
    check((policy.bits() & MUST_BE_ONE) != 0, "guestPolicy", "bit 17 must be set");
  }

  /** Of a VM that no owner says more about than its digest and policy. */
  public static IdBlock of(Bytes launchDigest, GuestPolicy policy) {
    return new IdBlock(launchDigest, Bytes.zeros(16), Bytes.zeros(16), 0, policy);
  }

  /** The block, 96 bytes. */
  public Bytes toBytes() {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put(launchDigest.toArray()).put(familyId.toArray()).put(imageId.toArray());
    out.putInt(VERSION).putInt((int) guestSvn).putLong(policy.bits());
    return Bytes.of(out.array());
  }

  private static void check(boolean holds, String field, String detail) {
    if (!holds) {
      throw new CloisterException(AttestationError.LAUNCH_PARAMETER, field, detail);
    }
  }
}
