package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Policies for tests: one small pod with all three roles. */
final class Policies {

  static final String ROOT_A = "ab".repeat(32);
  static final String ROOT_B = "cd".repeat(32);
  static final Bytes CONFIG = Bytes.ofUtf8("listen 8080\n");

  private Policies() {}

  static ImagePin image(String root) {
    return new ImagePin("registry.example/app:1", "sha256:" + "12".repeat(32), root, 1000, 1);
  }

  static ContainerUser user() {
    return new ContainerUser(
        new UserRequest("app", "", List.of(2000L), true),
        new UserIds(1000, 1000, List.of(1000L, 2000L)));
  }

  static ContainerPolicy container(String name, Role role, RestartPolicy restart) {
    return new ContainerPolicy(
        name,
        role,
        false,
        image(role == Role.APP ? ROOT_A : ROOT_B),
        List.of(
            Template.of("/bin/" + name),
            Template.of("--listen"),
            Expansion.expand("$(POD_IP):8080", Map.of("POD_IP", Template.of(PodFact.POD_IP)))),
        "/srv",
        Map.of(
            "PATH", Template.of("/usr/bin:/bin"),
            "HOSTNAME", Template.of(PodFact.HOSTNAME),
            "MODE", Template.of("strict")),
        user(),
        EnumSet.of(Capability.NET_BIND_SERVICE, Capability.CHOWN),
        true,
        SeccompProfile.RUNTIME_DEFAULT_1,
        ProcMount.DEFAULT,
        new Rootfs(true, 0),
        List.of(
            new MountPolicy("/etc/app", "config", "", true),
            new MountPolicy("/tmp", "scratch", "", false)),
        false,
        StdinPolicy.NONE,
        LogPolicy.CLOSED,
        TerminationMessage.CLOSED,
        List.of(new ExecPolicy("liveness", List.of("/bin/ok", "-q"), Release.NONE, false, false)),
        Set.of(Signal.TERM, Signal.KILL),
        Signal.TERM,
        restart,
        new Resources(new Range(100, 2000), new Range(64, 256), 100),
        SpeaksAs.WORKLOAD);
  }

  static Map<String, Volume> volumes() {
    return Map.of(
        "config",
        new Volume.Files(
            "config",
            2000,
            Map.of(
                "app.conf", new FileEntry(0644, FileContent.Pinned.of(CONFIG)),
                "pod/name",
                    new FileEntry(0444, new FileContent.Composed(Template.of(PodFact.POD_NAME))),
                "token", new FileEntry(0440, new FileContent.Opaque(4096)))),
        "scratch",
        new Volume.Memory("scratch", 64, 0777, 0));
  }

  static PodSettings settings(NamePattern name, ServiceLinks links, InitRerun rerun) {
    return new PodSettings(
        name,
        "prod",
        PodSettings.HOSTNAME_FROM_POD,
        "",
        false,
        List.of(new HostAlias(IpAddress.parse("10.9.8.7"), List.of("db.example", "db"))),
        new DnsPolicy(
            DnsMode.CLUSTER_FIRST, List.of(), List.of("extra.example"), List.of("ndots:5")),
        false,
        Map.of("net.core.somaxconn", "1024"),
        new NetworkPolicy(
            List.of(new InboundPort(8080, Protocol.TCP, InboundMode.PLAIN)), Outbound.NONE),
        links,
        rerun,
        PodRole.WORKLOAD,
        true);
  }

  static PodPolicy pod() {
    return new PodPolicy(
        settings(new NamePattern.Deployment("kv"), ServiceLinks.CLOSED, InitRerun.WHEN_STOPPED),
        volumes(),
        List.of(
            container("setup", Role.INIT, RestartPolicy.ON_FAILURE),
            container("proxy", Role.SIDECAR, RestartPolicy.ALWAYS),
            container("web", Role.APP, RestartPolicy.ALWAYS)),
        List.of(new Waiver("W-PLAIN", "pod.network.inbound", "a demonstration")));
  }

  /** The pod with other containers. */
  static PodPolicy pod(InitRerun rerun, ContainerPolicy... containers) {
    return new PodPolicy(
        settings(new NamePattern.Deployment("kv"), ServiceLinks.CLOSED, rerun),
        volumes(),
        List.of(containers),
        List.of());
  }

  /** The container, required or not, with a terminal and standard input or not. */
  static ContainerPolicy variant(ContainerPolicy of, boolean required, boolean interactive) {
    return new ContainerPolicy(
        of.name(),
        of.role(),
        required,
        of.image(),
        of.argv(),
        of.cwd(),
        of.env(),
        of.user(),
        of.capabilities(),
        of.noNewPrivileges(),
        of.seccomp(),
        of.procMount(),
        of.rootfs(),
        of.mounts(),
        interactive,
        interactive ? StdinPolicy.OPEN : StdinPolicy.NONE,
        interactive ? LogPolicy.OPEN : of.logs(),
        of.terminationMessage(),
        of.exec(),
        of.signals(),
        of.stopSignal(),
        of.restart(),
        of.resources(),
        of.speaksAs());
  }
}
