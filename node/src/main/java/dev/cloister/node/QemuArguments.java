package dev.cloister.node;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * QEMU's arguments for a sandbox, without what the launcher adds: firmware, kernel, initrd, command
 * line, processors, report port.
 *
 * <p>The machine is a q35 with nothing but what is named here. The console is the first port of the
 * serial controller; agent and streams follow by name. Image disks of the start sit on the root
 * bus, later ones each behind a root port of their own, since only there PCI Express can be
 * plugged.
 */
final class QemuArguments {

  static final String QMP = "qmp.sock";
  static final String CONSOLE = "console.sock";
  static final String AGENT = "agent.sock";
  static final String STREAMS = "streams.sock";
  static final String PID_FILE = "qemu.pid";
  static final String INITDATA = "initdata.img";

  private final SandboxSpec spec;
  private final Path directory;
  private final List<String> out = new ArrayList<>();

  private QemuArguments(SandboxSpec spec, Path directory) {
    this.spec = spec;
    this.directory = directory;
  }

  /**
   * @param directory the sandbox's run directory
   * @param network the tap that it is connected to, if it is
   */
  static List<String> of(
      SandboxSpec spec, Path directory, Acceleration acceleration, Optional<PodInterface> network) {
    QemuArguments arguments = new QemuArguments(spec, directory);
    arguments.machine(acceleration);
    arguments.control();
    arguments.serial();
    arguments.disk("root", "cloister-root", spec.root());
    arguments.disk("initdata", "cloister-initdata", directory.resolve(INITDATA));
    for (ImageDisk disk : spec.disks()) {
      arguments.disk(node(disk), disk.serial(), disk.file());
    }
    arguments.slots();
    network.ifPresent(arguments::nic);
    return List.copyOf(arguments.out);
  }

  private void machine(Acceleration acceleration) {
    add("-name", "cloister-" + spec.id());
    add("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot");
    add("-machine", "q35,usb=off,vmport=off,smbus=off,sata=off");
    out.addAll(acceleration.arguments());
    add("-m", Integer.toString(spec.memoryMib()));
    add("-pidfile", directory.resolve(PID_FILE).toString());
  }

  private void control() {
    socket("qmp", QMP);
    add("-mon", "chardev=qmp,mode=control");
  }

  private void serial() {
    add("-device", "virtio-serial-pci,id=serial0,max_ports=8");
    socket("console", CONSOLE);
    add("-device", "virtconsole,bus=serial0.0,nr=0,chardev=console");
    port("agent", AGENT, 1);
    port("streams", STREAMS, 2);
  }

  private void port(String name, String file, int number) {
    socket(name, file);
    add(
        "-device",
        "virtserialport,bus=serial0.0,nr=%d,chardev=%s,name=cloister.%s"
            .formatted(number, name, name));
  }

  private void socket(String id, String file) {
    Path path = NodeDirectories.socket(directory.resolve(file));
    add("-chardev", "socket,id=%s,path=%s,server=on,wait=off".formatted(id, escaped(path)));
  }

  private void disk(String node, String serial, Path file) {
    add("-blockdev", JsonWriter.canonical(blockdev(node, file)));
    add("-device", "virtio-blk-pci,drive=%s,serial=%s".formatted(node, serial));
  }

  private void slots() {
    for (int slot = 1; slot <= spec.hotplugSlots(); slot++) {
      add(
          "-device",
          "pcie-root-port,id=%s,chassis=%d,slot=%d,io-reserve=0".formatted(port(slot), slot, slot));
    }
  }

  private void nic(PodInterface network) {
    add("-netdev", "tap,id=net0,ifname=%s,script=no,downscript=no".formatted(network.tap()));
    add("-device", "virtio-net-pci,netdev=net0,mac=%s,romfile=".formatted(network.mac()));
  }

  /** The block node of a read-only raw file, for the command line and for QMP alike. */
  static Json.Obj blockdev(String node, Path file) {
    return Json.object()
        .put("driver", "raw")
        .put("node-name", node)
        .put("read-only", true)
        .put(
            "file",
            Json.object()
                .put("driver", "file")
                .put("filename", file.toAbsolutePath().toString())
                .put("locking", "off")
                .build())
        .build();
  }

  static String node(ImageDisk disk) {
    return "image-" + disk.serial();
  }

  static String port(int slot) {
    return "slot" + slot;
  }

  /** A comma within a value is written twice. */
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }

  private void add(String... arguments) {
    out.addAll(List.of(arguments));
  }
}
