package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The virtual CPUs of a measured launch, whose first state is measured page by page (AMD 24593,
 * appendix B, "VMCB state save area").
 *
 * @param count 1 to 512
 * @param signature CPUID(1).EAX of the virtual CPU, which QEMU puts into RDX
 * @param features SEV_FEATURES; bit 0 (SNP active) is set on every SNP VM
 * @param launcher the virtual machine monitor, each of which starts vCPUs a little differently
 */
public record Vcpus(int count, int signature, long features, Launcher launcher) {

  /** Virtual machine monitors whose first vCPU state is known. */
  public enum Launcher {
    /** QEMU with KVM. */
    QEMU,
    /** Amazon EC2. */
    EC2,
    /** Google Compute Engine. */
    GCE
  }

  /** Where the first vCPU starts. */
  static final long RESET_VECTOR = 0xfffffff0L;

  /** Most vCPUs of a launch. */
  public static final int MAX_COUNT = 512;

  /**
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER}
   */
  public Vcpus {
    if (count < 1 || count > MAX_COUNT || (features & 1) == 0) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER,
          "vcpus",
          "1 to " + MAX_COUNT + " vCPUs with feature bit 0 set belong here");
    }
  }

  /** vCPUs of QEMU with SNP and no further feature. */
  public static Vcpus ofQemu(int count, int signature) {
    return new Vcpus(count, signature, 1, Launcher.QEMU);
  }

  /** Extends the digest by the state of every vCPU. */
  void measure(LaunchPages pages, long resetAddress) {
    pages.vmsa(state(RESET_VECTOR, true));
    Bytes others = state(resetAddress, false);
    for (int i = 1; i < count; i++) {
      pages.vmsa(others);
    }
  }

  private Bytes state(long start, boolean first) {
    ByteBuffer page = ByteBuffer.allocate(LaunchPages.PAGE).order(ByteOrder.LITTLE_ENDIAN);
    boolean ec2 = launcher == Launcher.EC2;
    boolean qemu = launcher == Launcher.QEMU;
    int code = ec2 && first ? 0x9a : 0x9b;
    segment(page, 0x00, 0, 0x93, 0);
    segment(page, 0x10, 0xf000, code, start & 0xffff_0000L);
    segment(page, 0x20, 0, ec2 ? 0x92 : 0x93, 0);
    segment(page, 0x30, 0, 0x93, 0);
    segment(page, 0x40, 0, 0x93, 0);
    segment(page, 0x50, 0, 0x93, 0);
    segment(page, 0x60, 0, 0, 0);
    segment(page, 0x70, 0, 0x82, 0);
    segment(page, 0x80, 0, 0, 0);
    segment(page, 0x90, 0, ec2 ? 0x83 : 0x8b, 0);
    page.putLong(0x0d0, 0x1000); // EFER: SVME
    page.putLong(0x148, 0x40); // CR4: MCE
    page.putLong(0x158, 0x10); // CR0: ET
    page.putLong(0x160, 0x400); // DR7
    page.putLong(0x168, 0xffff0ff0L); // DR6
    page.putLong(0x170, 2); // RFLAGS
    page.putLong(0x178, start & 0xffff); // RIP
    page.putLong(0x268, launcher == Launcher.GCE ? 0x0007_0106L : 0x0007_0406_0007_0406L); // PAT
    page.putLong(0x310, qemu ? signature & 0xffff_ffffL : 0x600); // RDX
    page.putLong(0x3b0, features); // SEV_FEATURES
    page.putLong(0x3e8, 1); // XCR0
    page.putInt(0x408, qemu ? 0x1f80 : 0); // MXCSR
    page.putShort(0x410, (short) (qemu ? 0x37f : 0)); // x87 control word
    return Bytes.of(page.array());
  }

  private static void segment(ByteBuffer page, int at, int selector, int attributes, long base) {
    page.putShort(at, (short) selector).putShort(at + 2, (short) attributes);
    page.putInt(at + 4, 0xffff).putLong(at + 8, base);
  }
}
