package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComposerTest {

  private static final BundleLayout LAYOUT =
      new BundleLayout(
          "/run/c/web/rootfs",
          Map.of("config", "/run/v/config", "scratch", "/run/v/scratch"),
          Map.of(),
          "/run/netns/pod",
          "/run/ns/ipc",
          "/run/ns/uts",
          "/run/ns/pid",
          "/run/pod/shm",
          "/run/pod/hosts",
          "/run/pod/hostname",
          "/run/pod/resolv.conf",
          "/run/c/web/termination-log",
          "/run/c/web/cloister",
          "/pod/web");

  private static HostInputs inputs(String... podIps) {
    List<IpAddress> addresses = new ArrayList<>();
    for (String ip : podIps) {
      addresses.add(IpAddress.parse(ip));
    }
    return new HostInputs(
        new PodFacts(
            "kv-5b8f7c9d4-x2x4z",
            "prod",
            "u-1",
            "node-1",
            "kv-5b8f7c9d4-x2x4z",
            addresses,
            List.of(IpAddress.parse("192.0.2.9"))),
        new Resolver(List.of(IpAddress.parse("10.96.0.10")), "cluster.local"),
        List.of());
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ComposerTest.class.getResourceAsStream(name), name)) {
      return Bytes.of(in.readAllBytes()).toUtf8();
    }
  }

  private static Json config(ContainerPolicy container, BundleLayout layout) {
    return Composer.runtimeConfig(Policies.pod(), container, inputs("10.88.0.5"), layout);
  }

  @Test
  void composesTheWholeConfigurationFromThePolicy() throws IOException {
    ContainerPolicy web = Policies.pod().container("web");
    assertThat(JsonWriter.pretty(config(web, LAYOUT))).isEqualTo(golden("runtime-config.json"));
  }

  @Test
  void composesTheProcessOfAListedCommand() throws IOException {
    ContainerPolicy web = Policies.pod().container("web");
    Json process = Composer.execProcess(web, web.exec().getFirst(), inputs("10.88.0.5", "fd00::5"));
    assertThat(JsonWriter.pretty(process)).isEqualTo(golden("exec-process.json"));
  }

  @Test
  void writesHostsAsKubeletDoes() {
    assertThat(Composer.hosts(Policies.pod(), inputs("10.88.0.5", "fd00::5")))
        .isEqualTo(
            """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            10.88.0.5\tkv-5b8f7c9d4-x2x4z
            fd00::5\tkv-5b8f7c9d4-x2x4z

            # Entries added by HostAliases.
            10.9.8.7\tdb.example\tdb
            """);
  }

  @Test
  void writesResolvConfAsKubeletAndContainerdDo() {
    assertThat(Composer.resolvConf(Policies.pod(), inputs("10.88.0.5")))
        .isEqualTo(
            """
            search prod.svc.cluster.local svc.cluster.local cluster.local extra.example
            nameserver 10.96.0.10
            options ndots:5
            """);
  }

  @Test
  void takesNothingOfTheHostsResolverWhereThePolicyHasItsOwn() {
    DnsPolicy own =
        new DnsPolicy(
            DnsMode.NONE,
            List.of(IpAddress.parse("192.0.2.53")),
            List.of("a.example"),
            List.of("ndots:2", "rotate"));
    assertThat(EtcFiles.resolvConf(own, inputs("10.88.0.5")))
        .isEqualTo(
            """
            search a.example
            nameserver 192.0.2.53
            options ndots:2 rotate
            """);
  }

  @Test
  void composesNoSearchListWhereThereIsNoCluster() {
    HostInputs alone = new HostInputs(inputs("10.88.0.5").facts(), Resolver.EMPTY, List.of());
    assertThat(EtcFiles.resolvConf(DnsPolicy.DEFAULT, alone)).isEmpty();
  }

  @Test
  void setsContainerdsSysctlsAndThePolicysOwn() {
    assertThat(Composer.networkSysctls(Policies.pod()))
        .containsExactly(
            Map.entry("net.core.somaxconn", "1024"),
            Map.entry("net.ipv4.ip_unprivileged_port_start", "0"),
            Map.entry("net.ipv4.ping_group_range", "0 2147483647"));
  }

  @Test
  void writesNoHooksAndNoAnnotations() {
    for (ContainerPolicy container : Policies.pod().containers()) {
      Json.Obj config =
          Composer.runtimeConfig(Policies.pod(), container, inputs("10.88.0.5"), LAYOUT);
      assertThat(config.members().keySet())
          .containsExactlyInAnyOrder("ociVersion", "process", "root", "mounts", "linux");
    }
  }

  @Test
  void putsTheHostNameIntoANamespaceOfTheContainersOwn() {
    BundleLayout own =
        new BundleLayout(
            "/r",
            LAYOUT.volumes(),
            Map.of(),
            "/n",
            "",
            "",
            "",
            "/s",
            "/h",
            "/n",
            "/c",
            "/t",
            "/i",
            "/pod/web");
    String config = JsonWriter.canonical(config(Policies.pod().container("web"), own));
    assertThat(config)
        .contains("\"hostname\":\"kv-5b8f7c9d4-x2x4z\"")
        .contains("{\"type\":\"uts\"}")
        .contains("{\"type\":\"ipc\"}");
  }

  @Test
  void refusesALayoutWithoutAVolume() {
    BundleLayout bare =
        new BundleLayout(
            "/r", Map.of(), Map.of(), "/n", "", "", "", "/s", "/h", "/n", "/c", "/t", "/i", "/p");
    assertThatThrownBy(() -> config(Policies.pod().container("web"), bare))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.LAYOUT));
  }

  @Test
  void givesServiceLinksButNeverOverThePolicysOwnVariables() {
    ServiceLink link = new ServiceLink("kubernetes", IpAddress.parse("10.96.0.1"), List.of(443));
    HostInputs inputs = new HostInputs(inputs("10.88.0.5").facts(), Resolver.EMPTY, List.of(link));
    Json config =
        Composer.runtimeConfig(Policies.pod(), Policies.pod().container("web"), inputs, LAYOUT);
    assertThat(JsonWriter.canonical(config))
        .contains("\"KUBERNETES_SERVICE_HOST=10.96.0.1\"")
        .contains("\"MODE=strict\"");
  }

  @Test
  void allowsSystemCallsByCapability() {
    String plain = JsonWriter.canonical(SeccompDefault.profile(Capability.DEFAULT));
    String admin = JsonWriter.canonical(SeccompDefault.profile(EnumSet.of(Capability.SYS_ADMIN)));
    assertThat(plain).contains("\"chroot\"").doesNotContain("\"mount\"", "\"unshare\"", "\"bpf\"");
    assertThat(admin).contains("\"mount\"", "\"unshare\"").doesNotContain("\"chroot\"");
    for (String never :
        List.of(
            "keyctl",
            "add_key",
            "request_key",
            "io_uring_setup",
            "userfaultfd",
            "kexec_load",
            "swapon",
            "create_module")) {
      assertThat(plain).doesNotContain("\"" + never + "\"");
      assertThat(admin).doesNotContain("\"" + never + "\"");
    }
  }

  @Test
  void namesEachSystemCallOnce() {
    List<String> names = new ArrayList<>(SystemCalls.FOR_ALL);
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> !name.isBlank());
    for (Capability capability : Capability.values()) {
      assertThat(SystemCalls.guardedBy(capability)).doesNotContainAnyElementsOf(names);
    }
    assertThat(Set.copyOf(names)).contains("read", "write", "openat", "futex", "accept4");
  }

  @Test
  void givesEqualConfigurationsForEqualArguments() {
    ContainerPolicy web = PodPolicy.parse(Policies.pod().toBytes()).container("web");
    assertThat(config(web, LAYOUT)).isEqualTo(config(Policies.pod().container("web"), LAYOUT));
  }
}
