package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

  @TempDir private Path root;

  private Machine machine() {
    return new Machine(root.toString());
  }

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void refuses(AgentError code, String where, Runnable act) {
    assertThatThrownBy(act::run)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.where()).isEqualTo(where);
            });
  }

  @Test
  void readsTheKindOfEvidenceFromTheCommandLine() throws IOException {
    file("proc/cmdline", "console=hvc0 quiet cloister.tee=snp cloister.verity=1,2,ab,-\n");
    assertThat(machine().tee()).isEqualTo("snp");
  }

  @Test
  void refusesACommandLineThatNamesTheKindOfEvidenceTwice() throws IOException {
    file("proc/cmdline", "cloister.tee=snp cloister.tee=simulated\n");
    refuses(AgentError.MACHINE, "cloister.tee", () -> machine().tee());
  }

  @Test
  void refusesACommandLineThatNamesNoKnownKindOfEvidence() throws IOException {
    file("proc/cmdline", "quiet xcloister.tee=snp\n");
    refuses(AgentError.MACHINE, "cloister.tee", () -> EvidenceSource.of(machine()));
    file("proc/cmdline", "cloister.tee=none\n");
    refuses(AgentError.MACHINE, "cloister.tee", () -> EvidenceSource.of(machine()));
  }

  @Test
  void findsPortsByNameAndDisksBySerial() throws IOException {
    file("sys/class/virtio-ports/vport0p1/name", "cloister.psp\n");
    file("sys/class/virtio-ports/vport0p2/name", "cloister.agent\n");
    file("sys/block/vda/serial", "cloister-root");
    file("sys/block/vdc/serial", "cloister-initdata");
    file("sys/block/sda/serial", "cloister-initdata");
    file("sys/block/vdc/dev", "254:32\n");
    assertThat(machine().port("cloister.agent")).isEqualTo(root.resolve("dev/vport0p2"));
    assertThat(machine().disk("cloister-initdata", 0)).isEqualTo("vdc");
    assertThat(machine().deviceNumber("vdc")).isEqualTo("254:32");
  }

  @Test
  void refusesPortsAndDisksThatAreNotThere() {
    refuses(AgentError.MACHINE, "cloister.agent", () -> machine().port("cloister.agent"));
    refuses(AgentError.DISK, "abc", () -> machine().disk("abc", 0));
    refuses(AgentError.MACHINE, "/run/there", () -> machine().awaitFile("/run/there", 0));
  }

  @Test
  void findsTheNetworkCardByItsAddress() throws IOException {
    file("sys/class/net/lo/address", "00:00:00:00:00:00\n");
    file("sys/class/net/eth0/address", "02:11:22:33:44:55\n");
    assertThat(machine().networkInterface("02:11:22:33:44:55")).isEqualTo("eth0");
    refuses(AgentError.MACHINE, "02:00", () -> machine().networkInterface("02:00"));
  }
}
