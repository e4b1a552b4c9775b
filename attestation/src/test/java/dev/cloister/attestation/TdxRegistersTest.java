package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Registers of a direct boot, of kernels and firmwares made here. */
class TdxRegistersTest {

  private static final GuestMemory TWO_GIB = new GuestMemory(2L << 30);
  private static final AcpiFiles ACPI =
      new AcpiFiles(Bytes.ofUtf8("loader"), Bytes.ofUtf8("rsdp"), Bytes.ofUtf8("tables"));

  /** Two pages: headers with Linux's setup header, one section, then 16 bytes of signatures. */
  private static ByteBuffer kernel() {
    ByteBuffer image = ByteBuffer.allocate(0x2010).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3c, 0x40);
    image.putInt(0x40, 0x4550).putShort(0x46, (short) 1).putShort(0x54, (short) 0xa0);
    image.putShort(0x58, (short) 0x20b).putInt(0x58 + 60, 0x1000).putInt(0x58 + 108, 6);
    image.putInt(0x58 + 144, 0x2000).putInt(0x58 + 148, 16);
    image.putInt(0xf8 + 16, 0x1000).putInt(0xf8 + 20, 0x1000);
    image.putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20f).put(0x211, (byte) 1);
    image.putShort(0x236, (short) 0x7f).putInt(0x22c, 0x7fffffff);
    return image.put(0x1234, (byte) 1);
  }

  private static Bytes bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.capacity()];
    buffer.get(0, copy);
    return Bytes.of(copy);
  }

  private static Bytes rtmr1(ByteBuffer kernel) {
    return TdxRegisters.rtmr1(bytes(kernel));
  }

  private static void assertRefused(ThrowingCallable measuring, AttestationError code) {
    assertThatThrownBy(measuring)
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void theKernelsHashLeavesOutChecksumAndSignatures() {
    Bytes good = rtmr1(kernel());
    assertThat(rtmr1(kernel().putInt(0x58 + 64, 99))).isEqualTo(good);
    assertThat(rtmr1(kernel().put(0x2008, (byte) 1))).isEqualTo(good);
    assertThat(rtmr1(kernel().put(0x1fff, (byte) 1))).isNotEqualTo(good);
    assertThat(rtmr1(kernel().put(0xfff, (byte) 1))).isNotEqualTo(good);
    Bytes image = bytes(kernel());
    Bytes hash =
        Bytes.concat(
                image.slice(0, 0x98),
                image.slice(0x9c, 0x58 + 144),
                image.slice(0x58 + 152, 0x2000))
            .sha384();
    assertThat(new PeImage(image).authenticodeSha384()).isEqualTo(hash);
  }

  @Test
  void whatFollowsTheSectionsIsHashedToo() {
    Bytes unsigned = bytes(kernel().putInt(0x58 + 148, 0));
    byte[] longer = java.util.Arrays.copyOf(unsigned.toArray(), unsigned.size() + 8);
    assertThat(new PeImage(Bytes.of(longer)).authenticodeSha384())
        .isNotEqualTo(new PeImage(unsigned).authenticodeSha384());
  }

  @Test
  void refusesKernelsThatNoFirmwareCouldMeasure() {
    AttestationError code = AttestationError.KERNEL_MALFORMED;
    assertRefused(() -> TdxRegisters.rtmr1(Bytes.EMPTY), code);
    assertRefused(() -> TdxRegisters.rtmr1(Bytes.zeros(0x3000)), code);
    assertRefused(() -> rtmr1(kernel().putInt(0x3c, 0x7fffffff)), code);
    assertRefused(() -> rtmr1(kernel().putShort(0x58, (short) 1)), code);
    assertRefused(() -> rtmr1(kernel().putShort(0x46, (short) 97)), code);
    assertRefused(() -> rtmr1(kernel().putInt(0x58 + 60, 0x100)), code);
    assertRefused(() -> rtmr1(kernel().putInt(0x58 + 60, 0x7fffffff)), code);
    assertRefused(() -> rtmr1(kernel().putInt(0xf8 + 20, 0x2000)), code);
    assertRefused(() -> rtmr1(kernel().putInt(0xf8 + 16, -1)), code);
    assertRefused(() -> rtmr1(kernel().putInt(0x58 + 148, 0x1800)), code);
    assertRefused(() -> rtmr1(kernel().putShort(0x54, (short) 8)), code);
  }

  @Test
  void olderQemuWritesWhereTheInitrdIsIntoTheKernel() {
    Bytes kernel = bytes(kernel());
    Bytes written = LinuxSetupHeader.written(kernel, 0x1801, TWO_GIB);
    assertThat(written.at(0x210)).isEqualTo(0xb0);
    assertThat(written.at(0x211)).isEqualTo(0x81);
    assertThat(written.u32le(0x224)).isEqualTo(0xfe00);
    assertThat(written.u32le(0x228)).isEqualTo(0x20000);
    assertThat(written.u32le(0x218)).isEqualTo(0x80000000L - 0x28000 - 0x2000);
    assertThat(written.u32le(0x21c)).isEqualTo(0x1801);
    GuestMemory large = new GuestMemory(0xb0000000L);
    assertThat(LinuxSetupHeader.written(kernel, 0x1801, large)).isEqualTo(written);
    GuestMemory almost = new GuestMemory(0xb0000000L - (1 << 20));
    assertThat(LinuxSetupHeader.written(kernel, 0x1801, almost).u32le(0x218))
        .isEqualTo(0xb0000000L - (1 << 20) - 0x28000 - 0x2000);
    Bytes low = bytes(kernel().putShort(0x236, (short) 1).putInt(0x22c, 0x37ffffff));
    assertThat(LinuxSetupHeader.written(low, 0x1000, TWO_GIB).u32le(0x218)).isEqualTo(0x37ffe000);
    assertThat(TdxRegisters.rtmr1WithWrittenHeader(kernel, 0x1801, TWO_GIB))
        .isNotEqualTo(TdxRegisters.rtmr1(kernel));
  }

  @Test
  void refusesKernelsThatOlderQemuCouldNotStart() {
    AttestationError code = AttestationError.KERNEL_MALFORMED;
    Bytes kernel = bytes(kernel());
    assertRefused(() -> LinuxSetupHeader.written(Bytes.zeros(0x100), 0, TWO_GIB), code);
    assertRefused(() -> LinuxSetupHeader.written(Bytes.zeros(0x2000), 0, TWO_GIB), code);
    assertRefused(() -> LinuxSetupHeader.written(kernel, 0x7fff0000L, TWO_GIB), code);
    Bytes old = bytes(kernel().putShort(0x206, (short) 0x202));
    assertRefused(() -> LinuxSetupHeader.written(old, 0, TWO_GIB), code);
  }

  @Test
  void theCommandLineIsMeasuredInSixteenBitsWithWhatTheFirmwareAdds() {
    Bytes initrd = Bytes.ofUtf8("initrd").sha384();
    Bytes options = Bytes.of("quiet initrd=initrd\0".getBytes(StandardCharsets.UTF_16LE)).sha384();
    assertThat(TdxRegisters.rtmr2("quiet", initrd))
        .isEqualTo(TdxRegisters.extended(List.of(options, initrd)));
    Bytes alone = Bytes.of("quiet\0".getBytes(StandardCharsets.UTF_16LE)).sha384();
    assertThat(TdxRegisters.rtmr2("quiet")).isEqualTo(TdxRegisters.extended(List.of(alone)));
    assertThat(TdxRegisters.rtmr2(""))
        .isEqualTo(TdxRegisters.extended(List.of(Bytes.EMPTY.sha384())));
  }

  @Test
  void theFirmwaresRegisterChangesWithMemoryFirmwareAndMachine() {
    Bytes firmware = TestTdvf.good().build();
    Bytes good = TdxRegisters.rtmr0(firmware, TWO_GIB, ACPI);
    AcpiFiles other = new AcpiFiles(ACPI.loader(), ACPI.rsdp(), Bytes.ofUtf8("other"));
    byte[] configured = firmware.toArray();
    configured[0] = 1;
    assertThat(
            List.of(
                good,
                TdxRegisters.rtmr0(firmware, new GuestMemory(4L << 30), ACPI),
                TdxRegisters.rtmr0(firmware, TWO_GIB, other),
                TdxRegisters.rtmr0(Bytes.of(configured), TWO_GIB, ACPI)))
        .doesNotHaveDuplicates();
  }

  @Test
  void memoryIsListedAsTheLauncherAcceptsIt() {
    TdvfFirmware firmware = TdvfFirmware.parse(TestTdvf.good().build());
    Bytes list = TdHob.of(firmware, TWO_GIB);
    assertThat(list.size()).isEqualTo(56 + 8 * 48);
    assertThat(list.u64le(48)).isEqualTo(0x809000 + list.size() + 8);
    assertThat(list.u64le(56 + 32)).isZero();
    assertThat(list.u64le(56 + 40)).isEqualTo(0x800000);
    assertThat(list.u32le(56 + 24)).isEqualTo(7);
    assertThat(list.u32le(56 + 48 + 24)).isZero();
    assertThat(TdHob.of(firmware, new GuestMemory(8L << 30)).size()).isEqualTo(56 + 9 * 48);
  }

  @Test
  void refusesMemoryThatCannotBe() {
    for (long bytes : new long[] {0, -1, (1 << 28) - 1, (1L << 46) + (1 << 20), (1 << 28) + 1}) {
      assertRefused(() -> new GuestMemory(bytes), AttestationError.LAUNCH_PARAMETER);
    }
    TdvfFirmware outside =
        TdvfFirmware.parse(TestTdvf.good().section(0, 0, 0x90000000L, 0x1000, 3, 0).build());
    assertRefused(() -> TdHob.of(outside, TWO_GIB), AttestationError.FIRMWARE_MALFORMED);
    TdvfFirmware twice =
        TdvfFirmware.parse(TestTdvf.good().section(0, 0, 0x809000, 0x1000, 3, 0).build());
    assertRefused(() -> TdHob.of(twice, TWO_GIB), AttestationError.FIRMWARE_MALFORMED);
  }
}
