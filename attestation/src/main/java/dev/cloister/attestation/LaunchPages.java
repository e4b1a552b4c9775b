package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The running launch digest (AMD 56860, section "SNP_LAUNCH_UPDATE", table PAGE_INFO): each page
 * extends it by its contents, type and guest physical address. Not thread-safe.
 */
final class LaunchPages {

  static final int PAGE = 4096;

  private static final int PAGE_INFO = 0x70;
  private static final Bytes NO_CONTENT = Bytes.zeros(48);

  /** PAGE_TYPE values. */
  enum Type {
    NORMAL(1),
    VMSA(2),
    ZERO(3),
    UNMEASURED(4),
    SECRETS(5),
    CPUID(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  private Bytes digest;

  /** Starts where nothing is measured yet. */
  LaunchPages() {
    this(Bytes.zeros(48));
  }

  /** Goes on from a digest. */
  LaunchPages(Bytes digest) {
    this.digest = digest;
  }

  /** Whole pages with content from {@code address} on. */
  void normal(Bytes content, long address) {
    for (int from = 0; from < content.size(); from += PAGE) {
      extend(Type.NORMAL, content.slice(from, from + PAGE).sha384(), address + from);
    }
  }

  /** One page of a vCPU's state; its address is the same for all (KVM). */
  void vmsa(Bytes page) {
    extend(Type.VMSA, page.sha384(), 0xffff_ffff_f000L);
  }

  /** {@code size} bytes of pages whose content is not measured. */
  void empty(Type type, long address, long size) {
    for (long from = 0; from < size; from += PAGE) {
      extend(type, NO_CONTENT, address + from);
    }
  }

  Bytes digest() {
    return digest;
  }

  private void extend(Type type, Bytes contents, long address) {
    ByteBuffer info = ByteBuffer.allocate(PAGE_INFO).order(ByteOrder.LITTLE_ENDIAN);
    info.put(digest.toArray()).put(contents.toArray());
    info.putShort((short) PAGE_INFO).put((byte) type.number);
    info.position(PAGE_INFO - 8);
    digest = Bytes.of(info.putLong(address).array()).sha384();
  }
}
