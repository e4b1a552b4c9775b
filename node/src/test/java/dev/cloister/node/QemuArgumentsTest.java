package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QemuArgumentsTest {

  private static final PodInterface NETWORK =
      new PodInterface("tap0", "02:00:00:00:00:01", 1500, List.of("10.1.0.2/24"), List.of());

  private static String line(SandboxSpec spec, Path directory) {
    return String.join(
        " ", QemuArguments.of(spec, directory, Acceleration.TCG, Optional.of(NETWORK)));
  }

  @Test
  void giveTheMachineNothingBeyondWhatIsNamed() {
    assertThat(
            QemuArguments.of(Specs.simple("a"), Path.of("/r"), Acceleration.TCG, Optional.empty()))
        .contains("-nodefaults", "-no-user-config", "-no-reboot")
        .doesNotContain("-netdev", "-kernel", "-initrd", "-append", "-bios", "-smp");
  }

  @Test
  void boundTheTranslationCacheUnderEmulation() {
    assertThat(line(Specs.simple("a"), Path.of("/r"))).contains("tcg,thread=multi,tb-size=32");
  }

  @Test
  void nameRootInitdataAndImageDisksBySerial() {
    SandboxSpec spec = Specs.simple("a").withDisks(List.of(Specs.disk('b')));
    assertThat(line(spec, Path.of("/r")))
        .containsSubsequence(
            "drive=root,serial=cloister-root",
            "drive=initdata,serial=cloister-initdata",
            "serial=bbbbbbbbbbbbbbbbbbbb");
  }

  @Test
  void openEveryDiskReadOnly() {
    SandboxSpec spec = Specs.simple("a").withDisks(List.of(Specs.disk('b')));
    List<String> arguments =
        QemuArguments.of(spec, Path.of("/r"), Acceleration.TCG, Optional.empty());
    assertThat(arguments.stream().filter(argument -> argument.startsWith("{")))
        .hasSize(3)
        .allMatch(argument -> argument.contains("\"read-only\":true"));
  }

  @Test
  void giveEachLaterDiskARootPort() {
    assertThat(line(Specs.simple("a"), Path.of("/r")))
        .contains("pcie-root-port,id=slot1,chassis=1,slot=1", "id=slot2,chassis=2,slot=2")
        .doesNotContain("slot3");
  }

  @Test
  void nameThePortsOfTheAgent() {
    assertThat(line(Specs.simple("a"), Path.of("/r")))
        .containsSubsequence(
            "virtio-serial-pci,id=serial0",
            "virtconsole",
            "name=cloister.agent",
            "name=cloister.streams");
  }

  @Test
  void giveTheGuestTheHardwareAddressThatCniChose() {
    assertThat(line(Specs.simple("a"), Path.of("/r")))
        .contains("ifname=tap0", "mac=02:00:00:00:00:01,romfile=");
  }

  @Test
  void writeACommaOfAPathTwice() {
    assertThat(line(Specs.simple("a"), Path.of("/a,b"))).contains("path=/a,,b/agent.sock");
  }

  @Test
  void refuseASocketPathThatTheKernelWouldCut() {
    Path directory = Path.of("/" + "d".repeat(100));
    assertThatThrownBy(() -> line(Specs.simple("a"), directory))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.PATH_TOO_LONG));
  }
}
