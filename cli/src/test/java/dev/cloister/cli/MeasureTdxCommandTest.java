package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.TdxBuild;
import dev.cloister.attestation.TdxRegisters;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measurements of TDs from the command line, one by one and in batches. */
class MeasureTdxCommandTest {

  static final Bytes FIRMWARE = firmware();
  static final Bytes KERNEL = kernel();
  private static final Bytes INITRD = Bytes.ofUtf8("the initrd");

  @TempDir Path directory = Path.of("");

  @BeforeEach
  void writeFiles() throws IOException {
    Files.write(directory.resolve("ovmf.fd"), FIRMWARE.toArray());
    Files.write(directory.resolve("kernel"), KERNEL.toArray());
    Files.write(directory.resolve("initrd"), INITRD.toArray());
    Files.writeString(directory.resolve("acpi"), "tables");
  }

  /** Two pages: configuration, then code with EDK2's tables; memory for the list below 4 GiB. */
  private static Bytes firmware() {
    ByteBuffer image = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
    image.position(4096);
    image.put("TDVF".getBytes(StandardCharsets.US_ASCII)).putInt(16 + 3 * 32).putInt(1).putInt(3);
    image.putInt(4096).putInt(4096).putLong(0xfffff000L).putLong(4096).putInt(0).putInt(1);
    image.putInt(0).putInt(4096).putLong(0xffffe000L).putLong(4096).putInt(1).putInt(0);
    image.putInt(0).putInt(0).putLong(0x809000).putLong(8192).putInt(2).putInt(0);
    entry(image, 8160, "de82b596b21ff745baeaa366c55a082d", 40);
    entry(image, 8142, "35657ae44a989847865e4685a7bf8ec2", 22);
    image.putInt(8120, 4096);
    return Bytes.of(image.array());
  }

  private static void entry(ByteBuffer image, int end, String guid, int length) {
    image.put(end - 16, HexFormat.of().parseHex(guid)).putShort(end - 18, (short) length);
  }

  /** A program for UEFI with Linux's setup header and one section. */
  private static Bytes kernel() {
    ByteBuffer image = ByteBuffer.allocate(0x2000).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0, (byte) 'M').put(1, (byte) 'Z').putInt(0x3c, 0x40);
    image.putInt(0x40, 0x4550).putShort(0x46, (short) 1).putShort(0x54, (short) 0xa0);
    image.putShort(0x58, (short) 0x20b).putInt(0x58 + 60, 0x1000).putInt(0x58 + 108, 6);
    image.putInt(0xf8 + 16, 0x1000).putInt(0xf8 + 20, 0x1000);
    image.putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20f).put(0x211, (byte) 1);
    image.putShort(0x236, (short) 0x7f);
    return Bytes.of(image.array());
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private String line(String rest) {
    return "{\"id\":\"x\",\"ovmf\":\"" + file("ovmf.fd") + "\"" + rest + "}\n";
  }

  private JsonFields single(String rest) {
    Session session = Session.reading(line(rest), "measure", "tdx", "--batch", "-");
    assertThat(session.status()).as(session.err()).isZero();
    List<String> lines = session.out().lines().toList();
    assertThat(lines).hasSize(1);
    return JsonFields.of(JsonParser.parse(Bytes.ofUtf8(lines.getFirst()), JsonBudget.DOCUMENT), "");
  }

  @Test
  void printsEveryRegisterThatFollowsFromWhatIsGiven() {
    Session session =
        Session.of(
            "measure",
            "tdx",
            "--ovmf",
            file("ovmf.fd"),
            "--kernel",
            file("kernel"),
            "--initrd",
            file("initrd"),
            "--append",
            "quiet",
            "--vcpus",
            "2");
    assertThat(session.status()).as(session.err()).isZero();
    assertThat(session.out())
        .isEqualTo(
            "mrTd "
                + TdxBuild.mrTd(FIRMWARE, TdxBuild.PageOrder.SINGLE_PASS).toHex()
                + "\nrtmr1 "
                + TdxRegisters.rtmr1(KERNEL).toHex()
                + "\nrtmr2 "
                + TdxRegisters.rtmr2("quiet", INITRD.sha384()).toHex()
                + "\n");
  }

  @Test
  void aBatchTakesTheLinesOfSnpAndAnswersWithTheRegisters() {
    JsonFields answer =
        single(
            ",\"vcpus\":4,\"vcpuType\":\"EPYC-v4\",\"guestFeatures\":\"0x1\",\"vmm\":\"qemu\","
                + "\"kernel\":\""
                + file("kernel")
                + "\",\"initrd\":null,\"cmdline\":\"quiet\"");
    String mrTd = TdxBuild.mrTd(FIRMWARE, TdxBuild.PageOrder.SINGLE_PASS).toHex();
    assertThat(answer.string("id")).isEqualTo("x");
    assertThat(answer.string("launchDigest")).isEqualTo(mrTd);
    assertThat(answer.string("mrTd")).isEqualTo(mrTd);
    assertThat(answer.string("rtmr1")).isEqualTo(TdxRegisters.rtmr1(KERNEL).toHex());
    assertThat(answer.string("rtmr2")).isEqualTo(TdxRegisters.rtmr2("quiet").toHex());
    answer.end();
    assertThat(single(",\"pageOrder\":\"two-pass\"").string("mrTd"))
        .isEqualTo(TdxBuild.mrTd(FIRMWARE, TdxBuild.PageOrder.TWO_PASS).toHex());
  }

  @Test
  void theFirmwaresRegisterNeedsTheMachine() {
    String acpi =
        ",\"acpiLoader\":\"%1$s\",\"acpiRsdp\":\"%1$s\",\"acpiTables\":\"%1$s\""
            .formatted(file("acpi"));
    assertThat(single(acpi + ",\"memory\":\"2G\"").string("rtmr0")).hasSize(96);
    assertThat(single(acpi + ",\"memory\":\"2048M\"").string("rtmr0"))
        .isEqualTo(single(acpi + ",\"memory\":\"0x80000000\"").string("rtmr0"));
    assertThat(single(acpi).string("reason")).contains("memory");
    assertThat(single(",\"acpiRsdp\":\"" + file("acpi") + "\"").string("reason"))
        .contains("belong together");
    assertThat(single(acpi + ",\"memory\":\"1\"").string("code")).isEqualTo("CL-ATT-042");
    assertThat(single(acpi + ",\"memory\":\"999999999T\"").string("reason")).contains("memory");
  }

  @Test
  void aKernelWhoseHeaderQemuWritesIsMeasuredAsWritten() {
    String kernel = ",\"kernel\":\"" + file("kernel") + "\",\"writtenHeader\":true";
    assertThat(single(kernel + ",\"memory\":\"2G\"").string("rtmr1"))
        .isNotEqualTo(TdxRegisters.rtmr1(KERNEL).toHex());
    assertThat(single(kernel).string("reason")).contains("memory");
  }

  @Test
  void refusesLaunchesThatNobodyCouldMake() {
    assertThat(single(",\"vmm\":\"gce\"").string("reason")).contains("vmm");
    assertThat(single(",\"vcpus\":0").string("reason")).contains("vcpus");
    assertThat(single(",\"pageOrder\":\"backwards\"").string("reason")).contains("pageOrder");
    assertThat(single(",\"cmdline\":\"x\"").string("reason")).contains("kernel");
    assertThat(single(",\"kernel\":\"" + file("initrd") + "\"").string("code"))
        .isEqualTo("CL-ATT-080");
    assertThat(single(",\"extra\":1").string("reason")).contains("extra");
    assertThat(Session.of("measure", "tdx").status()).isEqualTo(2);
    assertThat(Session.of("measure", "tdx", "--ovmf", file("initrd")).err())
        .startsWith("error CL-ATT-040");
  }

  @Test
  void refusesAnEventLogThatIsNone() {
    Session session = Session.of("measure", "tdx", "--ccel", file("kernel"));
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).startsWith("error CL-ATT-081").contains("kernel");
  }
}
