package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Launch digests of firmwares made here, right and wrong. */
class SnpLaunchDigestTest {

  private static final Bytes EMPTY_HASH = Bytes.EMPTY.sha256();
  private static final KernelHashes HASHES =
      KernelHashes.of(Bytes.ofUtf8("kernel").sha256(), EMPTY_HASH, "quiet");
  private static final Vcpus ONE = Vcpus.ofQemu(1, VcpuModel.EPYC.signature());

  /** A firmware of two pages with the tables that EDK2 writes. */
  private static final class Draft {
    private final List<int[]> sections = new ArrayList<>();
    private int count = -1;
    private int version = 1;
    private int distance = 0x800;
    private int hashTable = 0x810c00;
    private int hashTableSize = 0x400;

    Draft section(int address, int size, int kind) {
      sections.add(new int[] {address, size, kind});
      return this;
    }

    Bytes build() {
      ByteBuffer image = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
      int at = 8192 - 0x800;
      image.put(at, "ASEV".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      image.putInt(at + 4, 16 + 12 * sections.size()).putInt(at + 8, version);
      image.putInt(at + 12, count < 0 ? sections.size() : count);
      for (int i = 0; i < sections.size(); i++) {
        for (int j = 0; j < 3; j++) {
          image.putInt(at + 16 + 12 * i + 4 * j, sections.get(i)[j]);
        }
      }
      int end = 8192 - 32;
      end = entry(image, end, "96b582de-1fb2-45f7-baea-a366c55a082d", 0, 0, 18 + 22 + 26 + 22);
      end = entry(image, end, "00f771de-1a7e-4fcb-890e-68c77e2fb44e", 4, 0x80b004, 22);
      end = entry(image, end, "7255371f-3a3b-4b04-927b-1da6efa8d454", 8, hashTable, 26);
      image.putInt(end + 4, hashTableSize);
      entry(image, end, "dc886566-984a-4798-a75e-5585a7bf67cc", 4, distance, 22);
      return Bytes.of(image.array());
    }

    private static int entry(
        ByteBuffer image, int end, String guid, int size, int value, int length) {
      image.put(end - 16, OvmfFirmware.guid(guid).toArray());
      image.putShort(end - 18, (short) length);
      if (size > 0) {
        image.putInt(end - 18 - size, value);
      }
      return end - 18 - size;
    }
  }

  private static Draft good() {
    return new Draft()
        .section(0x800000, 0x2000, 1)
        .section(0x80d000, 0x1000, 2)
        .section(0x80e000, 0x1000, 3)
        .section(0x80f000, 0x1000, 4)
        .section(0x810000, 0x1000, 0x10);
  }

  private static void assertRefused(Bytes firmware, AttestationError code) {
    assertRefused(() -> SnpLaunchDigest.ofDirectBoot(firmware, HASHES, ONE), code);
  }

  private static void assertRefused(ThrowingCallable measuring, AttestationError code) {
    assertThatThrownBy(measuring)
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static Bytes digest(KernelHashes hashes, Vcpus vcpus) {
    return SnpLaunchDigest.ofDirectBoot(good().build(), hashes, vcpus);
  }

  @Test
  void changesWithEveryInput() {
    Bytes good = digest(HASHES, ONE);
    assertThat(good.size()).isEqualTo(48);
    assertThat(digest(HASHES, ONE)).isEqualTo(good);
    KernelHashes otherKernel = KernelHashes.of(Bytes.ofUtf8("k").sha256(), EMPTY_HASH, "quiet");
    KernelHashes otherLine = KernelHashes.of(Bytes.ofUtf8("kernel").sha256(), EMPTY_HASH, "quiet ");
    KernelHashes otherInitrd =
        KernelHashes.of(Bytes.ofUtf8("kernel").sha256(), Bytes.ofUtf8("initrd").sha256(), "quiet");
    assertThat(
            List.of(
                digest(otherKernel, ONE),
                digest(otherLine, ONE),
                digest(otherInitrd, ONE),
                digest(HASHES, Vcpus.ofQemu(2, VcpuModel.EPYC.signature())),
                digest(HASHES, Vcpus.ofQemu(1, VcpuModel.EPYC_GENOA.signature())),
                digest(HASHES, new Vcpus(1, VcpuModel.EPYC.signature(), 0x21, Vcpus.Launcher.QEMU)),
                digest(HASHES, new Vcpus(1, VcpuModel.EPYC.signature(), 1, Vcpus.Launcher.EC2)),
                digest(HASHES, new Vcpus(1, VcpuModel.EPYC.signature(), 1, Vcpus.Launcher.GCE)),
                SnpLaunchDigest.ofFirmware(good().build(), ONE),
                good))
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesAKernelUnderAFirmwareThatWouldNotCheckIt() {
    Bytes withoutSection = new Draft().section(0x800000, 0x1000, 1).build();
    assertRefused(withoutSection, AttestationError.FIRMWARE_WITHOUT_KERNEL_HASHES);
    Draft withoutTable = good();
    withoutTable.hashTable = 0;
    assertRefused(withoutTable.build(), AttestationError.FIRMWARE_WITHOUT_KERNEL_HASHES);
  }

  @Test
  void refusesAHashTableOutsideItsSection() {
    Draft elsewhere = good();
    elsewhere.hashTable = 0x811c00;
    assertRefused(elsewhere.build(), AttestationError.FIRMWARE_MALFORMED);
    Draft crossing = good();
    crossing.hashTable = 0x810fff;
    assertRefused(crossing.build(), AttestationError.FIRMWARE_MALFORMED);
    Draft small = good();
    small.hashTableSize = KernelHashes.TABLE_SIZE - 1;
    assertRefused(small.build(), AttestationError.FIRMWARE_MALFORMED);
  }

  @Test
  void fromOneBaseFollowsTheDigestForEveryNumberAndModelOfVcpus() {
    LaunchBase base = SnpLaunchDigest.baseOfDirectBoot(good().build(), HASHES, Vcpus.Launcher.QEMU);
    assertThat(base.resetAddress()).isEqualTo(0x80b004);
    for (int count : new int[] {1, 2, 255, 256, 512}) {
      for (VcpuModel model : VcpuModel.values()) {
        Vcpus vcpus = Vcpus.ofQemu(count, model.signature());
        assertThat(base.with(vcpus)).isEqualTo(digest(HASHES, vcpus));
      }
    }
  }

  @Test
  void refusesABaseOfAnotherLauncherOrForm() {
    LaunchBase base = SnpLaunchDigest.baseOfFirmware(good().build(), Vcpus.Launcher.EC2);
    assertRefused(() -> base.with(ONE), AttestationError.LAUNCH_PARAMETER);
    assertRefused(
        () -> new LaunchBase(Bytes.zeros(47), 0, Vcpus.Launcher.QEMU),
        AttestationError.LAUNCH_PARAMETER);
    assertRefused(
        () -> new LaunchBase(Bytes.zeros(48), 1L << 32, Vcpus.Launcher.QEMU),
        AttestationError.LAUNCH_PARAMETER);
  }

  @Test
  void namesOfVcpusAreThoseOfQemu() {
    assertThat(VcpuModel.named("EPYC-v4").signature()).isEqualTo(0x800f12);
    assertThat(VcpuModel.named("EPYC-IBPB").signature()).isEqualTo(0x800f12);
    assertThat(VcpuModel.named("EPYC-Rome-v2").signature()).isEqualTo(0x830f10);
    assertThat(VcpuModel.named("EPYC-Milan-v2").signature()).isEqualTo(0xa00f11);
    assertThat(VcpuModel.named("EPYC-Genoa").signature()).isEqualTo(0xa10f10);
    assertThat(VcpuModel.named("EPYC-Turin").signature()).isEqualTo(0xb00f00);
    for (String name : new String[] {"", "epyc", "EPYC-v6", "EPYC-IBPB-v1", "Skylake-Server"}) {
      assertRefused(() -> VcpuModel.named(name), AttestationError.LAUNCH_PARAMETER);
    }
    assertRefused(() -> VcpuModel.signature(25, 256, 0), AttestationError.LAUNCH_PARAMETER);
    assertRefused(() -> VcpuModel.signature(271, 0, 0), AttestationError.LAUNCH_PARAMETER);
    assertRefused(() -> VcpuModel.signature(25, 0, 16), AttestationError.LAUNCH_PARAMETER);
  }

  @Test
  void refusesFirmwaresWithoutTables() {
    assertRefused(Bytes.zeros(4096), AttestationError.FIRMWARE_MALFORMED);
    assertRefused(Bytes.zeros(4095), AttestationError.FIRMWARE_MALFORMED);
    assertRefused(Bytes.EMPTY, AttestationError.FIRMWARE_MALFORMED);
  }

  @Test
  void refusesMetadataOutsideTheFileOrOfAnotherForm() {
    Draft outside = good();
    outside.distance = 0x7fffffff;
    assertRefused(outside.build(), AttestationError.FIRMWARE_MALFORMED);
    Draft elsewhere = good();
    elsewhere.distance = 0x700;
    assertRefused(elsewhere.build(), AttestationError.FIRMWARE_MALFORMED);
    Draft version = good();
    version.version = 2;
    assertRefused(version.build(), AttestationError.FIRMWARE_MALFORMED);
    Draft many = good();
    many.count = 65;
    assertRefused(many.build(), AttestationError.FIRMWARE_MALFORMED);
    Draft huge = good();
    huge.count = Integer.MAX_VALUE;
    assertRefused(huge.build(), AttestationError.FIRMWARE_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xff7f1000, 0x40001000, 0x123})
  void refusesSectionsThatAreTooLargeOrNotOfPages(int size) {
    assertRefused(good().section(0x900000, size, 1).build(), AttestationError.FIRMWARE_MALFORMED);
  }

  @Test
  void refusesSectionsOfUnknownKind() {
    assertRefused(good().section(0x900000, 0x1000, 9).build(), AttestationError.FIRMWARE_MALFORMED);
  }

  @Test
  void refusesEntriesOfTheTableThatAreCutOrTooLong() {
    byte[] image = good().build().toArray();
    image[8192 - 32 - 18] = (byte) 0xff;
    image[8192 - 32 - 17] = (byte) 0xff;
    assertRefused(Bytes.of(image), AttestationError.FIRMWARE_MALFORMED);
    byte[] zero = good().build().toArray();
    zero[8192 - 32 - 18 - 18] = 0;
    assertRefused(Bytes.of(zero), AttestationError.FIRMWARE_MALFORMED);
  }

  @Test
  void refusesParametersOutOfRange() {
    for (int count : new int[] {0, -1, 513}) {
      assertRefused(() -> Vcpus.ofQemu(count, 0), AttestationError.LAUNCH_PARAMETER);
    }
    assertRefused(() -> new Vcpus(1, 0, 2, Vcpus.Launcher.QEMU), AttestationError.LAUNCH_PARAMETER);
    assertRefused(
        () -> KernelHashes.of(EMPTY_HASH, EMPTY_HASH, "x".repeat(1 << 16)),
        AttestationError.LAUNCH_PARAMETER);
    assertRefused(
        () -> KernelHashes.of(EMPTY_HASH, EMPTY_HASH, "a\0b"), AttestationError.LAUNCH_PARAMETER);
  }

  @Test
  void simulatedDigestsChangeWithEveryInput() {
    Bytes firmware = Bytes.zeros(8192);
    Bytes other = Bytes.concat(Bytes.zeros(8191), Bytes.of(new byte[] {1}));
    KernelHashes line = KernelHashes.of(Bytes.ofUtf8("kernel").sha256(), EMPTY_HASH, "loud");
    assertThat(
            List.of(
                SimulatedLaunchDigest.ofDirectBoot(firmware, HASHES, 1),
                SimulatedLaunchDigest.ofDirectBoot(firmware, HASHES, 2),
                SimulatedLaunchDigest.ofDirectBoot(other, HASHES, 1),
                SimulatedLaunchDigest.ofDirectBoot(firmware, line, 1)))
        .doesNotHaveDuplicates();
    assertRefused(
        () -> SimulatedLaunchDigest.ofDirectBoot(Bytes.zeros(100), HASHES, 1),
        AttestationError.FIRMWARE_MALFORMED);
  }

  @Test
  void evidenceOfOneKindNeverPassesForAnother() {
    Bytes what = Bytes.ofUtf8("64 bytes");
    assertThat(
            List.of(
                ReportData.of(EvidenceKind.AGENT, what),
                ReportData.of(EvidenceKind.COORDINATOR, what),
                ReportData.of(EvidenceKind.WORKLOAD, what)))
        .doesNotHaveDuplicates()
        .allSatisfy(data -> assertThat(data.size()).isEqualTo(64));
  }
}
