package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchRulesTest {

  private static LaunchRequest request(String id, int vcpus, String tee, List<String> arguments) {
    return new LaunchRequest(
        id,
        "/f/firmware.bin",
        "/f/vmlinuz",
        "/f/initrd.cpio",
        "quiet",
        Bytes.zeros(32),
        vcpus,
        tee,
        "/usr/bin/qemu-system-x86_64",
        arguments,
        List.of(),
        "/run/cloister/pods/a");
  }

  private static void assertRefused(LaunchRequest request, SimulatorError code, String where) {
    assertThatThrownBy(() -> LaunchRules.check(request))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.where()).isEqualTo(where);
            });
  }

  @Test
  void takesAnOrdinaryLaunch() {
    List<String> arguments =
        List.of(
            "-nodefaults",
            "-machine",
            "q35,accel=tcg",
            "-device",
            "virtio-serial-pci,id=serial0",
            "-device",
            "virtio-net-pci,netdev=net0,romfile=",
            "-m",
            "256");
    assertThatCode(() -> LaunchRules.check(request("pod-1", 64, "snp", arguments)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-bios",
        "--bios",
        "-kernel",
        "-initrd",
        "-append",
        "-smp",
        "-dtb",
        "-pflash",
        "-s",
        "-gdb",
        "-loadvm",
        "-incoming",
        "-readconfig",
        "-option-rom",
        "-shim",
        "-fw_cfg",
        "-global",
        "-set",
        "-drive",
        "-object",
        "-acpitable",
        "-smbios",
        "-M,",
        "x"
      })
  void refusesAnOptionThatCouldReplaceWhatWasMeasured(String option) {
    assertRefused(
        request("a", 1, "snp", List.of("-nodefaults", option, "x")),
        SimulatorError.ARGUMENT_REFUSED,
        "arguments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "q35,kernel=/x",
        "q35,append=x",
        "q35,smp.cpus=8",
        "pc,pflash0=f",
        "microvm",
        "q35,,kernel=x"
      })
  void refusesAMachineThatReplacesWhatWasMeasured(String machine) {
    assertRefused(
        request("a", 1, "snp", List.of("-M", machine)),
        SimulatorError.ARGUMENT_REFUSED,
        "arguments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loader,file=/x,addr=0",
        "driver=loader,file=/x",
        "{\"driver\":\"loader\"}",
        "virtio-net-pci,romfile=/x",
        "virtio-blk-pci,drive=a,romfile=x,serial=b",
        "virtio-net-pci,romfile=,,x",
        "cfi.pflash01,drive=a",
        "vfio-pci,host=01:00.0"
      })
  void refusesADeviceThatBringsCodeOrWritesIntoGuestMemory(String device) {
    assertRefused(
        request("a", 1, "snp", List.of("-device", device)),
        SimulatorError.ARGUMENT_REFUSED,
        "arguments");
  }

  @Test
  void refusesAnOptionWhoseValueIsMissing() {
    assertRefused(
        request("a", 1, "snp", List.of("-nodefaults", "-m")),
        SimulatorError.ARGUMENT_REFUSED,
        "arguments");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a/b", "../a", "a\n"})
  void refusesIdsThatAreNoNames(String id) {
    assertRefused(request(id, 1, "snp", List.of()), SimulatorError.REQUEST_INVALID, "id");
  }

  @Test
  void refusesIdsOfMoreThan64Letters() {
    assertRefused(
        request("a".repeat(65), 1, "snp", List.of()), SimulatorError.REQUEST_INVALID, "id");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65})
  void refusesNumbersOfProcessorsOutOfRange(int vcpus) {
    assertRefused(request("a", vcpus, "snp", List.of()), SimulatorError.REQUEST_INVALID, "vcpus");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sgx", "SNP", "simulated"})
  void refusesHardwareThatItDoesNotPlay(String tee) {
    assertRefused(request("a", 1, tee, List.of()), SimulatorError.TEE_UNSUPPORTED, "tee");
  }

  @Test
  void refusesMoreArgumentsThanQemuGets() {
    assertRefused(
        request("a", 1, "snp", Collections.nCopies(1025, "x")),
        SimulatorError.REQUEST_INVALID,
        "arguments");
    assertRefused(
        request("a", 1, "snp", List.of("x".repeat(8193))),
        SimulatorError.REQUEST_INVALID,
        "arguments");
  }
}
