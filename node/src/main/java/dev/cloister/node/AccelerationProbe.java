package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether this machine can run the guest with KVM, by doing so: the guest's kernel and
 * init, without a root disk, must come as far as init's complaint and power off in time. That
 * {@code /dev/kvm} can be opened says little: some hosts offer one on which a stock kernel hangs.
 * The answer holds for this boot of the machine and is kept in the run directory.
 */
final class AccelerationProbe {

  private static final Duration LIMIT = Duration.ofSeconds(8);
  private static final Path DEVICE = Path.of("/dev/kvm");
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** What the guest's init says before it powers off for want of a root. */
  private static final String INIT = "cloister-init:";

  private final NodeDirectories directories;
  private final String qemu;
  private final NodeThreads threads;
  private final EventLog log;

  AccelerationProbe(NodeDirectories directories, String qemu, NodeThreads threads, EventLog log) {
    this.directories = directories;
    this.qemu = qemu;
    this.threads = threads;
    this.log = log;
  }

  /** The answer, from the file or by a boot of at most 8 s. */
  Acceleration choose(BootFiles boot) {
    String key = bootId() + " " + boot.kernel();
    Optional<Acceleration> known = known(key);
    if (known.isPresent()) {
      return known.get();
    }
    Acceleration found = works(boot) ? Acceleration.KVM : Acceleration.TCG;
    StateFile.write(
        file(), Json.object().put("key", key).put("acceleration", found.word()).build());
    log.event("acceleration", found.word());
    return found;
  }

  private Optional<Acceleration> known(String key) {
    Optional<Json> json = StateFile.read(file());
    if (json.isEmpty()) {
      return Optional.empty();
    }
    JsonFields fields = JsonFields.of(json.get(), "");
    String known = fields.string("key");
    Acceleration found = fields.oneOf("acceleration", Acceleration.class, Acceleration::word);
    fields.end();
    return known.equals(key) ? Optional.of(found) : Optional.empty();
  }

  private boolean works(BootFiles boot) {
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      return false;
    }
    try {
      HostProgram.Output output = HostProgram.run(threads, command(boot), "", LIMIT);
      return output.code() == 0 && output.out().contains(INIT);
    } catch (CloisterException e) {
      log.failure("kvm-probe", DEVICE.toString(), e);
      return false;
    }
  }

  private List<String> command(BootFiles boot) {
    List<String> command = new ArrayList<>(List.of(qemu));
    command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
    command.addAll(List.of("-machine", "q35", "-m", "192", "-smp", "1"));
    command.addAll(Acceleration.KVM.arguments());
    command.addAll(List.of("-bios", boot.firmware().toString()));
    command.addAll(List.of("-kernel", boot.kernel().toString()));
    command.addAll(List.of("-initrd", boot.initrd().toString()));
    command.addAll(List.of("-append", "console=hvc0 panic=-1 quiet"));
    command.addAll(List.of("-device", "virtio-serial-pci", "-chardev", "stdio,id=console"));
    command.addAll(List.of("-device", "virtconsole,chardev=console"));
    return command;
  }

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw StateFile.failure(BOOT_ID, e);
    }
  }

  private Path file() {
    return directories.run().resolve("acceleration.json");
  }
}
