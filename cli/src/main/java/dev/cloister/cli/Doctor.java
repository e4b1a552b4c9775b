package dev.cloister.cli;

import dev.cloister.cli.Prerequisite.Purpose;
import dev.cloister.cli.Prerequisite.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Examines this machine: what is there of what Cloister needs. Changes nothing. */
final class Doctor {

  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final Set<Purpose> ALL = EnumSet.allOf(Purpose.class);
  private static final Set<Purpose> RUN = EnumSet.of(Purpose.run, Purpose.test);
  private static final Set<Purpose> TEST = EnumSet.of(Purpose.test);

  private Doctor() {}

  /** Everything that Cloister needs, each with its state on this machine. */
  static List<Prerequisite> examine() {
    List<Prerequisite> found = new ArrayList<>();
    found.add(jdk());
    found.add(root());
    found.add(accelerator());
    found.add(program("qemu-system-x86_64", RUN, "runs the pod VMs", "qemu-system-x86"));
    found.add(
        file(
            "/usr/lib/cni/bridge",
            "CNI plugins",
            RUN,
            "connects the pods",
            "containernetworking-plugins"));
    found.add(program("dnsmasq", RUN, "gives the pods names", "dnsmasq-base"));
    found.add(program("ip", RUN, "makes network namespaces and taps", "iproute2"));
    found.add(
        program("iptables", RUN, "is what the CNI plugins translate addresses with", "iptables"));
    found.add(
        program("docker-registry", RUN, "serves the demo's images on loopback", "docker-registry"));
    found.add(program("curl", RUN, "is how the demo calls the web server", "curl"));
    found.add(
        file(
            "/usr/share/keyrings/debian-archive-keyring.gpg",
            "Debian's archive keys",
            RUN,
            "proves the guest's packages",
            "debian-archive-keyring"));
    found.add(kernel("tun devices", "/dev/net/tun", "carries the pods' packets", "modprobe tun"));
    found.add(networkDevices());
    found.add(program("fsck.erofs", TEST, "checks the images that Cloister writes", "erofs-utils"));
    found.add(program("umoci", TEST, "is what image conversion is compared with", "umoci"));
    found.add(program("skopeo", TEST, "moves images to registries in tests", "skopeo"));
    found.add(
        program(
            "veritysetup", TEST, "checks the hash trees that Cloister writes", "cryptsetup-bin"));
    found.add(program("openssl", TEST, "makes certificates for tests", "openssl"));
    return List.copyOf(found);
  }

  private static Prerequisite jdk() {
    String home = System.getProperty("java.home", "");
    String version = System.getProperty("java.version", "");
    boolean compiler = Files.isExecutable(Path.of(home, "bin", "javac"));
    State state =
        Runtime.version().feature() == 25 && compiler
            ? new State.Present(version)
            : new State.Missing(
                "this is Java " + version + (compiler ? "" : " without a compiler"));
    List<String> packages = List.of("openjdk-25-jdk-headless");
    return new Prerequisite(
        "JDK 25", ALL, "builds and runs Cloister", state, aptInstall(packages), packages);
  }

  private static Prerequisite root() {
    State state =
        Host.isRoot()
            ? new State.Present("this process is root")
            : new State.Missing("this process is not root");
    return new Prerequisite(
        "root", RUN, "VMs need taps and namespaces", state, "sudo ./cloister …", List.of());
  }

  private static Prerequisite accelerator() {
    Path kvm = Path.of("/dev/kvm");
    State state;
    if (Files.isReadable(kvm) && Files.isWritable(kvm)) {
      state = new State.Present("/dev/kvm; emulation where no VM boots with it");
    } else if (Files.exists(kvm)) {
      state = new State.Slower("/dev/kvm is not open to this user; emulation, some times slower");
    } else {
      state = new State.Slower("no /dev/kvm; emulation, some times slower");
    }
    return new Prerequisite(
        "KVM or emulation",
        RUN,
        "runs the VMs' processors",
        state,
        "modprobe kvm_amd || modprobe kvm_intel",
        List.of());
  }

  private static Prerequisite program(
      String name, Set<Purpose> purposes, String reason, String debianPackage) {
    State state =
        Host.program(name)
            .<State>map(path -> new State.Present(path.toString()))
            .orElseGet(() -> new State.Missing("no program " + name));
    List<String> packages = List.of(debianPackage);
    return new Prerequisite(name, purposes, reason, state, aptInstall(packages), packages);
  }

  private static Prerequisite file(
      String path, String name, Set<Purpose> purposes, String reason, String debianPackage) {
    State state =
        Files.isReadable(Path.of(path))
            ? new State.Present(path)
            : new State.Missing("no file " + path);
    List<String> packages = List.of(debianPackage);
    return new Prerequisite(name, purposes, reason, state, aptInstall(packages), packages);
  }

  private static Prerequisite kernel(String name, String device, String reason, String fix) {
    State state =
        Files.exists(Path.of(device))
            ? new State.Present(device)
            : new State.Missing("no " + device);
    return new Prerequisite(name, RUN, reason, state, fix, List.of());
  }

  /** Whether the kernel makes bridges and veth pairs; tried in a network namespace of its own. */
  private static Prerequisite networkDevices() {
    State state;
    if (!Host.isRoot()) {
      state = new State.Slower("cannot be tried without root");
    } else if (makesDevice("type", "bridge")
        && makesDevice("type", "veth", "peer", "name", "probe1")) {
      state = new State.Present("bridges and veth pairs in a network namespace");
    } else {
      state = new State.Missing("the kernel makes no bridge or veth pair in a network namespace");
    }
    return new Prerequisite(
        "network namespaces", RUN, "separates the pods", state, "modprobe bridge veth", List.of());
  }

  private static boolean makesDevice(String... kind) {
    List<String> command = new ArrayList<>(List.of("unshare", "-n", "ip", "link", "add", "probe0"));
    command.addAll(List.of(kind));
    return Host.succeeds(PROBE, command.toArray(String[]::new));
  }

  /** The command that installs Debian packages. */
  static String aptInstall(List<String> packages) {
    return "apt-get install -y --no-install-recommends " + String.join(" ", packages);
  }
}
