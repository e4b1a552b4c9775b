package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.KernelHashes;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpLaunchDigest;
import dev.cloister.attestation.TdxBuild;
import dev.cloister.attestation.TdxReferenceValue;
import dev.cloister.attestation.TdxRegisters;
import dev.cloister.attestation.VcpuModel;
import dev.cloister.attestation.Vcpus;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.guest.GuestImage;
import dev.cloister.image.VerityRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Reference values of an image for hardware. */
class ReferenceOptionsTest {

  private static final Bytes KERNEL = Bytes.ofUtf8("kernel");
  private static final Bytes INITRD = Bytes.ofUtf8("initrd");

  @TempDir Path directory = Path.of("");

  private GuestImage image() {
    return new GuestImage(
        directory,
        "debian13-test",
        "quiet cloister.tee=%TEE%",
        new VerityRoot(Bytes.zeros(32), 1, 2),
        Map.of());
  }

  @BeforeEach
  void writeBootFiles() throws IOException {
    Files.write(image().kernel(), KERNEL.toArray());
    Files.write(image().initrd(), INITRD.toArray());
    Files.write(directory.resolve("ovmf.fd"), MeasureSnpCommandTest.FIRMWARE.toArray());
  }

  private List<Path> write(String... more) {
    ReferenceOptions options = new ReferenceOptions();
    List<String> arguments =
        new ArrayList<>(List.of("--reference-values", directory.resolve("values.json").toString()));
    if (!List.of(more).contains("--ovmf")) {
      arguments.addAll(List.of("--ovmf", directory.resolve("ovmf.fd").toString()));
    }
    arguments.addAll(List.of(more));
    CommandLine.populateCommand(options, arguments.toArray(String[]::new));
    return options.write(image());
  }

  private JsonFields written() throws IOException {
    Bytes text = Bytes.of(Files.readAllBytes(directory.resolve("values.json")));
    return JsonFields.of(JsonParser.parse(text, JsonBudget.DOCUMENT), "");
  }

  private void assertWrongUse(String option, String... more) {
    assertThatThrownBy(() -> write(more))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CliError.WRONG_USE);
              assertThat(e.where()).isEqualTo(option);
            });
    assertThat(directory.resolve("values.json")).doesNotExist();
  }

  @Test
  void writesTheLaunchDigestOfTheImageUnderTheFirmware() throws IOException {
    List<Path> written =
        write("--product", "Genoa", "--minimum-tcb", "bootloader=10,tee=0,snp=23,microcode=84");
    assertThat(written).containsExactly(directory.resolve("values.json"));
    ReferenceValue value = ReferenceValue.parse(written().any("genoa"), "genoa");
    assertThat(value.image()).isEqualTo("debian13-test");
    assertThat(value.root().text()).isEqualTo("amd");
    assertThat(value.launchDigest())
        .isEqualTo(
            SnpLaunchDigest.ofDirectBoot(
                MeasureSnpCommandTest.FIRMWARE,
                KernelHashes.of(KERNEL.sha256(), INITRD.sha256(), "quiet cloister.tee=snp"),
                Vcpus.ofQemu(GuestImages.VCPUS, VcpuModel.EPYC_GENOA.signature())));
  }

  @Test
  void writesTheMeasurementsOfATdThatBootsTheImage() throws IOException {
    Path tdvf = directory.resolve("tdvf.fd");
    Path tables = directory.resolve("acpi");
    Files.write(tdvf, MeasureTdxCommandTest.FIRMWARE.toArray());
    Files.write(image().kernel(), MeasureTdxCommandTest.KERNEL.toArray());
    Files.writeString(tables, "tables");
    String acpi = tables.toString();
    write(
        "--tee", "tdx", "--ovmf", tdvf.toString(), "--memory", "512M", "--acpi", acpi, acpi, acpi);
    ReferenceValue value = ReferenceValue.parse(written().any("tdx"), "tdx");
    assertThat(value.root().text()).isEqualTo("intel");
    assertThat(value)
        .isInstanceOfSatisfying(
            TdxReferenceValue.class,
            tdx -> {
              assertThat(tdx.mrTd())
                  .isEqualTo(
                      TdxBuild.mrTd(
                          MeasureTdxCommandTest.FIRMWARE, TdxBuild.PageOrder.SINGLE_PASS));
              assertThat(tdx.rtmrs().get(2))
                  .containsExactly(TdxRegisters.rtmr2("quiet cloister.tee=tdx", INITRD.sha384()));
            });
  }

  @Test
  void refusesLevelsThatAreNotAllNamed() {
    String good = "bootloader=10,tee=0,snp=23,microcode=84";
    assertWrongUse("--minimum-tcb", "--product", "Genoa");
    assertWrongUse(
        "--minimum-tcb", "--product", "Genoa", "--minimum-tcb", "bootloader=10,tee=0,snp=23");
    assertWrongUse("--minimum-tcb", "--product", "Genoa", "--minimum-tcb", good + ",snp=1");
    assertWrongUse("--minimum-tcb", "--product", "Genoa", "--minimum-tcb", good + ",fmc=1");
    assertWrongUse("--minimum-tcb", "--product", "Turin", "--minimum-tcb", good);
    assertWrongUse("--minimum-tcb", "--product", "Genoa", "--minimum-tcb", "all");
    assertWrongUse("--product", "--minimum-tcb", good);
    assertWrongUse("--product", "--product", "Naples", "--minimum-tcb", good);
  }

  @Test
  void refusesATdxValueWithoutTheMachine() {
    assertWrongUse("--tee", "--tee", "sgx");
    assertWrongUse("--memory", "--tee", "tdx");
    assertWrongUse("--acpi", "--tee", "tdx", "--memory", "2G");
  }

  @Test
  void writesNothingUnasked() {
    assertThat(new ReferenceOptions().write(image())).isEmpty();
  }
}
