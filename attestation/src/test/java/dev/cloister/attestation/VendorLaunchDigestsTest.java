package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Launch digests that other tools computed, some of which hardware confirmed. */
class VendorLaunchDigestsTest {

  private static final String FOLDER = "derived/launch/";
  private static final String ORIGINALS = "originals/";

  @TestFactory
  Stream<DynamicTest> computesThePublishedDigests() {
    return Vectors.find().stream()
        .flatMap(vectors -> {
          Vectors.Node all = vectors.json("derived/snp_launch_digests.json");
          Vectors.Node firmwares = all.get("firmware");
          return all.list("cases").stream()
              .map(json -> digestTest(vectors, firmwares, json))
              .flatMap(Optional::stream);
        });
  }

  private static Optional<DynamicTest> digestTest(
      Vectors vectors, Vectors.Node firmwares, Vectors.Node given) {
    Optional<Bytes> firmware = firmware(vectors, firmwares.get(text(given, "ovmf")));
    return firmware.map(bytes ->
        dynamicTest(
            given.toString(),
            () ->
                assertThat(digest(vectors, bytes, given).toHex())
                    .isEqualTo(text(given, "expected"))));
  }

  /** The firmware, where it is the file that the digests are of. */
  private static Optional<Bytes> firmware(Vectors vectors, Vectors.Node description) {
    String file = text(description, "file");
    Path path =
        file.startsWith("/") ? Path.of(file) : vectors.root().resolve(ORIGINALS).resolve(file);
    try {
      Bytes bytes = Files.exists(path) ? Bytes.of(Files.readAllBytes(path)) : Bytes.EMPTY;
      if (bytes.sha256().toHex().equals(text(description, "sha256"))) {
        return Optional.of(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.err.println("No firmware " + path + " of the expected hash: its digests are left out.");
    return Optional.empty();
  }

  private static Bytes digest(Vectors vectors, Bytes firmware, Vectors.Node given) {
    Vcpus vcpus = vcpus(given);
    if (given.get("kernel").isNull()) {
      return SnpLaunchDigest.ofFirmware(firmware, vcpus);
    }
    Bytes initrd =
        given.get("initrd").isNull() ? Bytes.EMPTY : vectors.read(FOLDER + text(given, "initrd"));
    String commandLine = given.get("cmdline").isNull() ? "" : text(given, "cmdline");
    KernelHashes hashes =
        KernelHashes.of(
            vectors.read(FOLDER + text(given, "kernel")).sha256(), initrd.sha256(), commandLine);
    return SnpLaunchDigest.ofDirectBoot(firmware, hashes, vcpus);
  }

  private static Vcpus vcpus(Vectors.Node given) {
    String signature = given.get("vcpu_sig").isNull() ? "0x800f12" : text(given, "vcpu_sig");
    return new Vcpus(
        given.number("vcpus"),
        Integer.decode(signature),
        Long.decode(text(given, "guest_features")),
        Vcpus.Launcher.valueOf(text(given, "vmm").toUpperCase(Locale.ROOT)));
  }

  @TestFactory
  Stream<DynamicTest> computesTheDigestsOfAWholeFirmware() {
    return Vectors.find().stream()
        .flatMap(vectors -> {
          Vectors.Node all = vectors.json(FOLDER + "snp_full_ovmf_and_svsm.json");
          Bytes firmware = unpacked(vectors.read(ORIGINALS + all.get("ovmf").text("file")));
          return all.list("cases").stream()
              .filter(given -> text(given, "mode").equals("snp"))
              .map(given ->
                  dynamicTest(
                      given.toString(),
                      () ->
                          assertThat(SnpLaunchDigest.ofFirmware(firmware, typed(given)).toHex())
                              .isEqualTo(text(given, "expected"))));
        });
  }

  private static Vcpus typed(Vectors.Node given) {
    String type = given.get("vcpu_type").isNull() ? "EPYC-v4" : text(given, "vcpu_type");
    int signature =
        switch (type) {
          case "EPYC-v4" -> VcpuModel.EPYC.signature();
          case "EPYC-Rome" -> VcpuModel.EPYC_ROME.signature();
          case "EPYC-Milan" -> VcpuModel.EPYC_MILAN.signature();
          case "EPYC-Genoa" -> VcpuModel.EPYC_GENOA.signature();
          case "EPYC-Turin" -> VcpuModel.EPYC_TURIN.signature();
          default -> throw new IllegalArgumentException(type);
        };
    return new Vcpus(
        given.number("vcpus"),
        signature,
        Long.decode(text(given, "guest_features")),
        Vcpus.Launcher.valueOf(text(given, "vmm").toUpperCase(Locale.ROOT)));
  }

  @TestFactory
  Stream<DynamicTest> refusesAKernelUnderAFirmwareThatWouldNotCheckIt() {
    return Vectors.find().stream()
        .map(vectors ->
            dynamicTest(
                "OvmfPkgX64",
                () -> {
                  Bytes firmware =
                      vectors.read(
                          ORIGINALS + "sev-snp-measure/tests/fixtures/ovmf_OvmfX64_suffix.bin");
                  KernelHashes hashes =
                      KernelHashes.of(Bytes.EMPTY.sha256(), Bytes.EMPTY.sha256(), "");
                  assertThatThrownBy(() ->
                          SnpLaunchDigest.ofDirectBoot(
                              firmware, hashes, Vcpus.ofQemu(1, VcpuModel.EPYC.signature())))
                      .isInstanceOfSatisfying(
                          CloisterException.class,
                          e ->
                              assertThat(e.code())
                                  .isEqualTo(AttestationError.FIRMWARE_WITHOUT_KERNEL_HASHES));
                }));
  }

  private static Bytes unpacked(Bytes gzip) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip.toArray()))) {
      return Bytes.of(in.readNBytes(8 << 20));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Vectors.Node node, String name) {
    return node.text(name);
  }
}
