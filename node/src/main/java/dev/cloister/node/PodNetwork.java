package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Connects pods: a network namespace for each, in it the interface that CNI made and a tap for
 * QEMU, between them a redirection in both directions. Nothing of the host is touched but one
 * bridge of its own, which exists while pods are connected.
 *
 * <p>Safe for use by any thread; changes happen one at a time.
 */
final class PodNetwork {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final String TAP = "tap0";

  /** Linux, NET_ADDR_SET: the address was given, and stays. */
  private static final String ADDRESS_SET = "3";

  private final NetworkSettings settings;
  private final String mark;
  private final CniPlugin cni;
  private final NodeThreads threads;
  private final Path mountMark;
  private final ReentrantLock lock = new ReentrantLock();

  PodNetwork(NetworkSettings settings, NodeDirectories directories, NodeThreads threads) {
    this.settings = settings;
    this.mark = directories.mark();
    this.cni = new CniPlugin(settings, directories.leases(), threads);
    this.threads = threads;
    this.mountMark = directories.state().resolve("node").resolve("netns-mount");
  }

  /** The name of a pod's namespace. */
  String namespace(String id) {
    return "cloister-" + mark + "-" + id;
  }

  /** The file that stands for a pod's namespace. */
  Path namespaceFile(String id) {
    return NAMESPACES.resolve(namespace(id));
  }

  /** Connects a pod. Where anything fails, nothing of it is left. */
  PodInterface connect(String id) {
    lock.lock();
    try {
      cni.requirePlugins();
      requireFreeAddresses();
      addNamespace(id);
      CniPlugin.Result result = cni.add(id, namespaceFile(id));
      hostAddress();
      int mtu = mtu(id);
      tap(id, mtu);
      redirect(id);
      return new PodInterface(TAP, result.mac(), mtu, result.addresses(), result.routes());
    } catch (CloisterException e) {
      undo(id, e);
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Disconnects a pod, however much of its connection exists. */
  void disconnect(String id) {
    lock.lock();
    try {
      boolean exists = Files.exists(namespaceFile(id));
      cni.delete(id, exists ? namespaceFile(id).toString() : "");
      if (exists) {
        ip(List.of("netns", "del", namespace(id)));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The pods of which a namespace or a lease exists. */
  Set<String> connected() {
    Set<String> ids = new TreeSet<>();
    String prefix = namespace("");
    for (Path file : list(NAMESPACES)) {
      String name = file.getFileName().toString();
      if (name.startsWith(prefix)) {
        ids.add(name.substring(prefix.length()));
      }
    }
    for (Path lease : list(cni.leaseDirectory())) {
      leaseHolder(lease, ids);
    }
    return ids;
  }

  /**
   * Removes the bridge where no pod is connected to it, and the mount that {@code ip netns} makes
   * for its directory when there is none, if it was made for us and is empty.
   */
  void removeUnused() {
    lock.lock();
    try {
      Path ports = Path.of("/sys/class/net", settings.bridge(), "brif");
      if (Files.isDirectory(ports) && list(ports).isEmpty()) {
        ip(List.of("link", "del", "dev", settings.bridge()));
      }
      if (Files.exists(mountMark) && list(NAMESPACES).isEmpty()) {
        HostProgram.run(threads, List.of("umount", NAMESPACES.toString()), "", LIMIT);
        StateFile.delete(mountMark);
      }
    } finally {
      lock.unlock();
    }
  }

  private void addNamespace(String id) {
    if (!isMounted(NAMESPACES)) {
      StateFile.write(mountMark, Bytes.EMPTY);
    }
    ip(List.of("netns", "add", namespace(id)));
  }

  private static boolean isMounted(Path directory) {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .anyMatch(line -> line.split(" ", 3)[1].equals(directory.toString()));
    } catch (IOException e) {
      throw StateFile.failure(directory, e);
    }
  }

  /** Program and arguments that put another program into a pod's namespace. */
  List<String> entering(String id) {
    return List.of("nsenter", "--net=" + namespaceFile(id));
  }

  private void undo(String id, CloisterException reason) {
    try {
      disconnect(id);
      if (connected().isEmpty()) {
        removeUnused();
      }
    } catch (CloisterException e) {
      reason.addSuppressed(e);
    }
  }

  /** Refuses addresses that the machine already routes elsewhere, and a bridge that is not ours. */
  private void requireFreeAddresses() {
    Subnet wanted = settings.range();
    String text = ip(List.of("-j", "-4", "route", "show", "table", "main"));
    Json routes = JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT);
    if (!(routes instanceof Json.Arr array)) {
      throw new CloisterException(NodeError.NETWORK_FAILED, "ip route", "not a list: " + text);
    }
    for (Json element : array.elements()) {
      JsonFields route = JsonFields.of(element, "route");
      String destination = route.string("dst");
      String device = route.optionalString("dev").orElse("");
      if (!destination.equals("default")
          && !device.equals(settings.bridge())
          && Subnet.parseAny(destination).overlaps(wanted)) {
        throw new CloisterException(
            NodeError.ADDRESS_OCCUPIED,
            settings.subnet(),
            "overlaps with the route to " + destination + " by " + device);
      }
    }
    Path device = Path.of("/sys/class/net", settings.bridge());
    if (Files.exists(device) && !Files.isDirectory(device.resolve("bridge"))) {
      throw new CloisterException(
          NodeError.ADDRESS_OCCUPIED,
          settings.bridge(),
          "there is such an interface, not a bridge");
    }
  }

  private void hostAddress() {
    Subnet range = settings.range();
    ip(
        List.of(
            "-4",
            "addr",
            "replace",
            range.gateway() + "/" + range.prefix(),
            "dev",
            settings.bridge()));
    keepHardwareAddress();
  }

  /**
   * Without one of its own, a bridge takes the least address of its ports: another one whenever a
   * pod comes or goes, and the pods would send to the former one for half a minute.
   */
  private void keepHardwareAddress() {
    Path device = Path.of("/sys/class/net", settings.bridge());
    try {
      if (!Files.readString(device.resolve("addr_assign_type")).strip().equals(ADDRESS_SET)) {
        String address = Files.readString(device.resolve("address")).strip();
        ip(List.of("link", "set", "dev", settings.bridge(), "address", address));
      }
    } catch (IOException e) {
      throw StateFile.failure(device, e);
    }
  }

  private int mtu(String id) {
    String text = ip(List.of("-n", namespace(id), "-j", "link", "show", "dev", "eth0"));
    Json links = JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT);
    if (links instanceof Json.Arr array && array.elements().size() == 1) {
      return (int) JsonFields.of(array.elements().getFirst(), "link").integer("mtu", 68, 65_535);
    }
    throw new CloisterException(NodeError.NETWORK_FAILED, "eth0", "not one interface: " + text);
  }

  private void tap(String id, int mtu) {
    batch(
        List.of("ip", "-n", namespace(id), "-batch", "-"),
        """
        tuntap add dev %s mode tap
        link set dev %s mtu %d up
        link set dev lo up
        """
            .formatted(TAP, TAP, mtu));
  }

  /**
   * Every packet of one side leaves by the other, before the namespace's own stack sees it. By u32,
   * which more kernels have than matchall.
   */
  private void redirect(String id) {
    batch(
        List.of("tc", "-n", namespace(id), "-batch", "-"),
        """
        qdisc add dev eth0 ingress
        qdisc add dev %1$s ingress
        filter add dev eth0 parent ffff: protocol all u32 match u8 0 0 action mirred egress redirect dev %1$s
        filter add dev %1$s parent ffff: protocol all u32 match u8 0 0 action mirred egress redirect dev eth0
        """
            .formatted(TAP));
  }

  private String ip(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(arguments);
    return HostProgram.require(threads, NodeError.NETWORK_FAILED, command, "", LIMIT);
  }

  private void batch(List<String> command, String lines) {
    HostProgram.require(threads, NodeError.NETWORK_FAILED, command, lines, LIMIT);
  }

  /** A lease is a file named after the address: the container's id, a line end, the interface. */
  private static void leaseHolder(Path lease, Set<String> ids) {
    try {
      if (Files.isRegularFile(lease) && lease.getFileName().toString().matches("[0-9.]+")) {
        ids.add(Files.readString(lease).lines().findFirst().orElse("").strip());
      }
    } catch (IOException _) {
      // It was given back in this moment.
    }
  }

  private static List<Path> list(Path directory) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (IOException _) {
      // No such directory: nothing is there.
    }
    return entries;
  }
}
