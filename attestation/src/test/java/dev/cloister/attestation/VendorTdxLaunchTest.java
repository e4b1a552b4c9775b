package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Event logs of genuine TDs, and what other tools computed of genuine firmware. */
class VendorTdxLaunchTest {

  private static final String LOGS = "originals/go-eventlog/testdata/eventlogs/ccel/";
  private static final String DIRECT = "originals/trustee/deps/verifier/test_data/CCEL_data_ovmf";

  private static Stream<DynamicTest> with(String name, Consumer<Vectors> test) {
    return Vectors.find().stream().map(vectors -> dynamicTest(name, () -> test.accept(vectors)));
  }

  @TestFactory
  Stream<DynamicTest> replaysTheLogOfAQuote() {
    return with(
        "cos-113",
        vectors -> {
          EventLog log = EventLog.parse(vectors.read(LOGS + "cos-113-intel-tdx.bin"));
          Bytes quote = vectors.read("derived/tdx/go-tdx-guest__cos-113-tdx-quote.quote.bin");
          Bytes registers = quote.slice(48 + 328, 48 + 328 + 4 * 48);
          assertThat(Bytes.concat(log.replay().toArray(Bytes[]::new))).isEqualTo(registers);
        });
  }

  @TestFactory
  Stream<DynamicTest> refusesALogWithASecondSeparator() {
    return with(
        "cos-113",
        vectors -> {
          EventLog log =
              EventLog.parse(vectors.read(LOGS + "cos-113-intel-tdx-dupe-separator-unpadded.bin"));
          assertThatThrownBy(log::replay)
              .isInstanceOfSatisfying(
                  CloisterException.class,
                  e -> assertThat(e.code()).isEqualTo(AttestationError.EVENT_LOG_CONTRADICTORY));
        });
  }

  @TestFactory
  Stream<DynamicTest> readsEveryLog() {
    String trustee = "originals/trustee/deps/eventlog/test_data/";
    return Stream.of(
            LOGS + "CCEL_unpadded.data.bin",
            trustee + "CCEL_AAEL_alibabacloud",
            trustee + "CCEL_data_grub",
            trustee + "CCEL_data_ovmf",
            trustee + "CCEL_data_gcp",
            trustee + "CCEL_data_grub_gke",
            DIRECT)
        .flatMap(file ->
            with(
                file,
                vectors ->
                    assertThat(EventLog.parse(vectors.read(file)).events())
                        .hasSizeGreaterThan(15)
                        .anyMatch(EventLog.Event::dataProven)));
  }

  /** Of a direct boot with 2 GiB, whose firmware lays memory out as {@link TestTdvf} does. */
  @TestFactory
  Stream<DynamicTest> eventsOfADirectBootAreThoseThatFirmwareMeasured() {
    return with(
        "direct boot",
        vectors -> {
          List<Bytes> found =
              EventLog.parse(vectors.read(DIRECT)).events().stream()
                  .filter(event -> event.register() == 0)
                  .map(EventLog.Event::digest)
                  .toList();
          AcpiFiles none = new AcpiFiles(Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY);
          List<Bytes> computed =
              TdxRegisters.firmwareEvents(TestTdvf.good().build(), new GuestMemory(2L << 30), none);
          for (int event : new int[] {0, 2, 3, 4, 5, 6, 7, 11, 12}) {
            assertThat(computed.get(event)).as("event %d", event).isEqualTo(found.get(event));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> theListOfMemoryOfEightGibibytesIsTheOneThatFirmwareMeasured() {
    return with(
        "8 GiB",
        vectors ->
            assertThat(
                    TdHob.of(TdvfFirmware.parse(TestTdvf.good().build()), new GuestMemory(8L << 30))
                        .sha384())
                .isEqualTo(
                    EventLog.parse(vectors.read(LOGS + "CCEL_unpadded.data.bin"))
                        .events()
                        .getFirst()
                        .digest()));
  }

  @TestFactory
  Stream<DynamicTest> computesTheMrtdThatOthersComputed() {
    return with("Debian's OVMF", VendorTdxLaunchTest::compareMrtd);
  }

  private static void compareMrtd(Vectors vectors) {
    Vectors.Node expected = vectors.json("derived/launch/tdx_mrtd.json").get("debian-OVMF.fd");
    Path file = Path.of("/usr/share/ovmf/OVMF.fd");
    try {
      Bytes firmware = Files.exists(file) ? Bytes.of(Files.readAllBytes(file)) : Bytes.EMPTY;
      if (!firmware.sha256().toHex().equals(expected.text("sha256"))) {
        System.err.println("No Debian OVMF of the expected hash: its MRTD is left out.");
        return;
      }
      assertThat(TdxBuild.mrTd(firmware, TdxBuild.PageOrder.SINGLE_PASS).toHex())
          .isEqualTo(expected.text("mrtd_single_pass"));
      assertThat(TdxBuild.mrTd(firmware, TdxBuild.PageOrder.TWO_PASS).toHex())
          .isEqualTo(expected.text("mrtd_two_pass"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
