package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What is measured of a TD under the simulator, whose firmware (SeaBIOS) has no TDX metadata and
 * measures nothing. The genuine algorithms run with what is missing filled in by this rule: the
 * firmware's pages, which end at 4 GiB, are one section whose content is measured; RTMR0 is
 * extended by the number of vCPUs (32 bits, little-endian); RTMR1 and RTMR2 are what OVMF and the
 * kernel's EFI stub would make of the kernel as it is, command line and initrd; RTMR3 stays zero.
 */
public final class SimulatedTdMeasurements {

  private SimulatedTdMeasurements() {}

  /**
   * The measurements of a TD that boots a kernel directly.
   *
   * @param firmware the firmware file, whole pages
   * @param kernel the kernel file, with an EFI stub
   * @param initrd SHA-384 of the initrd file
   * @param commandLine of the kernel
   * @param vcpus 1 to 512
   * @throws dev.cloister.encoding.CloisterException with {@link
   *     AttestationError#FIRMWARE_MALFORMED} or {@link AttestationError#KERNEL_MALFORMED}
   */
  public static TdMeasurements ofDirectBoot(
      Bytes firmware, Bytes kernel, Bytes initrd, String commandLine, int vcpus) {
    FirmwareTable.requirePages(firmware);
    TdvfFirmware.Section whole =
        new TdvfFirmware.Section(
            firmware,
            OvmfFirmware.base(firmware),
            firmware.size(),
            TdvfFirmware.Kind.CODE,
            true,
            true);
    ByteBuffer count = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(vcpus);
    return new TdMeasurements(
        TdxBuild.mrTd(List.of(whole), TdxBuild.PageOrder.SINGLE_PASS),
        List.of(
            TdxRegisters.extended(List.of(Bytes.of(count.array()).sha384())),
            TdxRegisters.rtmr1(kernel),
            TdxRegisters.rtmr2(commandLine, initrd),
            Bytes.zeros(48)));
  }
}
