package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.KernelHashes;
import dev.cloister.attestation.SnpLaunchDigest;
import dev.cloister.attestation.VcpuModel;
import dev.cloister.attestation.Vcpus;
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

/** Launch digests from the command line, one by one and in batches. */
class MeasureSnpCommandTest {

  static final Bytes FIRMWARE = firmware(0x10);
  private static final Bytes PLAIN = firmware(4);
  private static final Bytes KERNEL = Bytes.ofUtf8("the kernel");
  private static final Bytes INITRD = Bytes.ofUtf8("the initrd");

  @TempDir Path directory = Path.of("");

  @BeforeEach
  void writeFiles() throws IOException {
    Files.write(directory.resolve("ovmf.fd"), FIRMWARE.toArray());
    Files.write(directory.resolve("plain.fd"), PLAIN.toArray());
    Files.write(directory.resolve("kernel"), KERNEL.toArray());
    Files.write(directory.resolve("initrd"), INITRD.toArray());
  }

  /** One page with EDK2's tables: reset vector, area for hashes, and SEV metadata. */
  private static Bytes firmware(int lastSection) {
    ByteBuffer image = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0, "ASEV".getBytes(StandardCharsets.US_ASCII)).putInt(4, 40).putInt(8, 1);
    image.putInt(12, 2).putInt(16, 0x80d000).putInt(20, 4096).putInt(24, 2);
    image.putInt(28, 0x810000).putInt(32, 4096).putInt(36, lastSection);
    entry(image, 4064, "de82b596b21ff745baeaa366c55a082d", 88);
    entry(image, 4046, "de71f7007e1acb4f890e68c77e2fb44e", 22);
    image.putInt(4024, 0x80b004);
    entry(image, 4024, "1f3755723b3a044b927b1da6efa8d454", 26);
    image.putInt(3998, 0x810c00).putInt(4002, 0x400);
    entry(image, 3998, "666588dc4a989847a75e5585a7bf67cc", 22);
    image.putInt(3976, 4096);
    return Bytes.of(image.array());
  }

  private static void entry(ByteBuffer image, int end, String guid, int length) {
    image.put(end - 16, HexFormat.of().parseHex(guid)).putShort(end - 18, (short) length);
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static Bytes expected(String commandLine, Vcpus vcpus) {
    return SnpLaunchDigest.ofDirectBoot(
        FIRMWARE, KernelHashes.of(KERNEL.sha256(), INITRD.sha256(), commandLine), vcpus);
  }

  private String line(String id, String rest) {
    return "{\"id\":\"" + id + "\",\"ovmf\":\"" + file("ovmf.fd") + "\"," + rest + "}\n";
  }

  private static List<JsonFields> answers(Session session) {
    assertThat(session.status()).as(session.err()).isZero();
    return session
        .out()
        .lines()
        .map(line -> JsonFields.of(JsonParser.parse(Bytes.ofUtf8(line), JsonBudget.DOCUMENT), ""))
        .toList();
  }

  private JsonFields single(String rest) {
    List<JsonFields> answers =
        answers(Session.reading(line("x", rest), "measure", "snp", "--batch", "-"));
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void printsTheDigestOfADirectBoot() {
    Session session =
        Session.of(
            "measure",
            "snp",
            "--ovmf",
            file("ovmf.fd"),
            "--kernel",
            file("kernel"),
            "--initrd",
            file("initrd"),
            "--append",
            "quiet",
            "--vcpus",
            "3",
            "--vcpu-type",
            "EPYC-Milan-v2",
            "--guest-features",
            "0x21",
            "--vmm-type",
            "qemu");
    assertThat(session.status()).as(session.err()).isZero();
    Vcpus vcpus = new Vcpus(3, VcpuModel.EPYC_MILAN.signature(), 0x21, Vcpus.Launcher.QEMU);
    assertThat(session.out()).isEqualTo(expected("quiet", vcpus).toHex() + "\n");
  }

  @Test
  void aBatchAnswersEachLineUnderItsId() {
    String lines =
        line("a", "\"vcpus\":1,\"vcpuType\":\"EPYC-v4\",\"kernel\":null,\"cmdline\":null")
            + "\n"
            + line(
                "b",
                "\"vcpus\":2,\"vcpuType\":null,\"guestFeatures\":\"0x1\",\"vmm\":\"ec2\","
                    + "\"kernel\":\""
                    + file("kernel")
                    + "\",\"initrd\":\""
                    + file("initrd")
                    + "\",\"cmdline\":\"a é\"")
            + "{\"id\":\"c\"\n"
            + line("d", "\"vcpus\":1,\"vcpuType\":\"EPYC\",\"vmm\":\"gce\"").stripTrailing();
    List<JsonFields> answers = answers(Session.reading(lines, "measure", "snp", "--batch", "-"));
    assertThat(answers).hasSize(4);
    assertThat(answers.get(0).string("id")).isEqualTo("a");
    assertThat(answers.get(0).string("launchDigest"))
        .isEqualTo(
            SnpLaunchDigest.ofFirmware(FIRMWARE, Vcpus.ofQemu(1, VcpuModel.EPYC.signature()))
                .toHex());
    assertThat(answers.get(1).string("launchDigest"))
        .isEqualTo(expected("a é", new Vcpus(2, 0, 1, Vcpus.Launcher.EC2)).toHex());
    assertThat(answers.get(2).string("code")).startsWith("CL-ENC-");
    assertThat(answers.get(3).string("launchDigest")).hasSize(96);
    answers.get(0).end();
  }

  @Test
  void refusesAKernelUnderAFirmwareThatWouldNotCheckIt() {
    Session session =
        Session.of(
            "measure",
            "snp",
            "--ovmf",
            file("plain.fd"),
            "--kernel",
            file("kernel"),
            "--vcpus",
            "1",
            "--vcpu-type",
            "EPYC-v4");
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).startsWith("error CL-ATT-041");
    String line =
        line("x", "\"vcpus\":1,\"vcpuType\":\"EPYC\",\"kernel\":\"" + file("kernel") + "\"");
    JsonFields answer =
        answers(
                Session.reading(
                    line.replace("ovmf.fd", "plain.fd"), "measure", "snp", "--batch", "-"))
            .getFirst();
    assertThat(answer.string("code")).isEqualTo("CL-ATT-041");
    assertThat(answer.string("reason")).contains("kernel hashes");
    assertThat(answer.has("launchDigest")).isFalse();
  }

  @Test
  void refusesLaunchesThatNobodyCouldMake() {
    assertThat(single("\"vcpus\":1").string("reason")).contains("vcpuType");
    assertThat(single("\"vcpus\":1,\"vcpuType\":\"Pentium\"").string("code"))
        .isEqualTo("CL-ATT-042");
    assertThat(single("\"vcpus\":0,\"vcpuType\":\"EPYC\"").string("reason")).contains("vcpus");
    assertThat(single("\"vcpus\":513,\"vcpuType\":\"EPYC\"").string("reason")).contains("vcpus");
    assertThat(single("\"vcpuType\":\"EPYC\"").string("reason")).contains("vcpus");
    assertThat(single("\"vcpus\":1,\"vcpuType\":\"EPYC\",\"vmm\":\"xen\"").string("reason"))
        .contains("vmm");
    assertThat(single("\"vcpus\":1,\"vcpuType\":\"EPYC\",\"guestFeatures\":\"0x0\"").string("code"))
        .isEqualTo("CL-ATT-042");
    assertThat(
            single("\"vcpus\":1,\"vcpuType\":\"EPYC\",\"guestFeatures\":\"many\"").string("reason"))
        .contains("guestFeatures");
    assertThat(single("\"vcpus\":1,\"vcpuType\":\"EPYC\",\"cmdline\":\"x\"").string("reason"))
        .contains("kernel");
    assertThat(single("\"vcpus\":1,\"vcpuType\":\"EPYC\",\"extra\":1").string("reason"))
        .contains("extra");
    assertThat(single("\"vcpus\":1,\"vcpuType\":\"EPYC\",\"kernel\":\"/no/such\"").string("reason"))
        .contains("/no/such", "no such file");
  }

  @Test
  void aLineThatIsTooLongEndsOnlyItself() {
    String lines =
        "{\"id\":\""
            + "x".repeat(1 << 20)
            + "\"}\n"
            + line("b", "\"vcpus\":1,\"vcpuType\":\"EPYC\"");
    List<JsonFields> answers = answers(Session.reading(lines, "measure", "snp", "--batch", "-"));
    assertThat(answers).hasSize(2);
    assertThat(answers.get(0).string("code")).startsWith("CL-ENC-");
    assertThat(answers.get(1).string("launchDigest")).hasSize(96);
  }

  @Test
  void saysWhatIsMissingOnTheCommandLine() {
    assertThat(Session.of("measure", "snp").status()).isEqualTo(2);
    assertThat(Session.of("measure", "snp", "--ovmf", file("ovmf.fd")).err()).contains("--vcpus");
    assertThat(Session.of("measure", "snp", "--batch", "file").status()).isEqualTo(2);
  }

  @Test
  void jsonNamesWhatEveryOtherNumberOfVcpusFollowsFrom() {
    Session session =
        Session.of(
            "measure",
            "snp",
            "--ovmf",
            file("ovmf.fd"),
            "--vcpus",
            "1",
            "--vcpu-sig",
            "0xa00f11",
            "-o",
            "json");
    JsonFields fields =
        JsonFields.of(JsonParser.parse(Bytes.ofUtf8(session.out()), JsonBudget.DOCUMENT), "");
    assertThat(fields.string("resetAddress")).isEqualTo("0x80b004");
    assertThat(fields.string("digestBeforeVcpus")).hasSize(96);
    assertThat(fields.string("launchDigest")).hasSize(96);
  }

  @Test
  void printsAnIdBlockThatStartsNoOtherLaunch() {
    String[] launch = {
      "measure",
      "snp",
      "--ovmf",
      file("ovmf.fd"),
      "--vcpus",
      "1",
      "--vcpu-type",
      "EPYC",
      "--id-block",
      "--guest-policy",
      "0x20000",
      "-o",
      "json"
    };
    JsonFields fields =
        JsonFields.of(
            JsonParser.parse(Bytes.ofUtf8(Session.of(launch).out()), JsonBudget.DOCUMENT), "");
    Bytes block = Bytes.ofBase64(fields.string("idBlock"));
    assertThat(block.slice(0, 48).toHex()).isEqualTo(fields.string("launchDigest"));
    assertThat(block.u64le(0x58)).isEqualTo(0x20000);
    Bytes authentication = Bytes.ofBase64(fields.string("idAuth"));
    assertThat(authentication.slice(0x240, 0x644).sha384().toHex())
        .isEqualTo(fields.string("idKeyDigest"));
    launch[10] = "0x0";
    assertThat(Session.of(launch).status()).isEqualTo(2);
  }
}
