package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real plugins, in real namespaces. */
class PodNetworkIT {

  private static final Path PLUGINS = NetworkSettings.DEFAULT.plugins();

  @TempDir Path temporary;
  private NodeDirectories directories;
  private NodeThreads threads;
  private PodNetwork network;
  private List<String> before;

  @BeforeEach
  void prepare() throws Exception {
    before = Machine.inventory();
    directories = new NodeDirectories(temporary, temporary, temporary);
    directories.create();
    threads = new NodeThreads(new EventLog(temporary.resolve("log"), InstantSource.system()));
    network = network(new NetworkSettings("clonettest0", "10.88.240.0/24", PLUGINS));
  }

  private PodNetwork network(NetworkSettings settings) {
    return new PodNetwork(settings, directories, threads);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (String id : network.connected()) {
      network.disconnect(id);
    }
    network.removeUnused();
    assertThat(Machine.inventory()).isEqualTo(before);
  }

  @Test
  void connectsAPodAndGivesWhatTheGuestNeeds() throws Exception {
    PodInterface connected = network.connect("a");
    assertThat(connected.ips()).containsExactly("10.88.240.2");
    assertThat(connected.mac()).matches("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    assertThat(connected.mtu()).isEqualTo(1500);
    assertThat(connected.routes())
        .containsExactly(new PodInterface.Route("0.0.0.0/0", "10.88.240.1"));
    assertThat(Machine.say("ip", "-n", network.namespace("a"), "-o", "link"))
        .contains("tap0", "eth0");
    assertThat(
            Machine.say(
                "tc", "-n", network.namespace("a"), "filter", "show", "dev", "tap0", "ingress"))
        .contains("Redirect to device eth0");
  }

  @Test
  void keepsTheBridgesHardwareAddressWhenOtherPodsComeAndGo() throws Exception {
    network.connect("a");
    Path address = Path.of("/sys/class/net/clonettest0/address");
    String first = Files.readString(address);
    for (String other : List.of("b", "c", "d", "e")) {
      network.connect(other);
    }
    network.disconnect("a");
    assertThat(Files.readString(address)).isEqualTo(first);
  }

  @Test
  void givesTheAddressBackWithThePod() {
    network.connect("a");
    network.disconnect("a");
    network.disconnect("a");
    assertThat(network.connected()).isEmpty();
    network.connect("b");
    assertThat(network.connected()).containsExactly("b");
  }

  @Test
  void doesNotSwitchOnForwardingForTheMachine() throws Exception {
    Path forwarding = Path.of("/proc/sys/net/ipv4/ip_forward");
    String setting = Files.readString(forwarding);
    network.connect("a");
    assertThat(Files.readString(forwarding)).isEqualTo(setting);
  }

  @Test
  void leavesNothingWhenAStepFails() throws Exception {
    Files.createDirectories(network.namespaceFile("a").getParent());
    network.connect("a");
    assertThatThrownBy(() -> network.connect("a"))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.NETWORK_FAILED));
    assertThat(Machine.inventory()).isEqualTo(before);
  }

  @Test
  void refusesAnAddressRangeThatTheMachineUses() throws Exception {
    Machine.say("ip", "link", "add", "clonetother", "type", "bridge");
    try {
      Machine.say("ip", "addr", "add", "10.88.240.77/28", "dev", "clonetother");
      Machine.say("ip", "link", "set", "clonetother", "up");
      assertThatThrownBy(() -> network.connect("a"))
          .isInstanceOfSatisfying(
              CloisterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(NodeError.ADDRESS_OCCUPIED);
                assertThat(e.detail()).contains("clonetother");
              });
    } finally {
      Machine.say("ip", "link", "del", "clonetother");
    }
  }

  @Test
  void saysWhichPluginIsMissing() {
    PodNetwork without =
        network(new NetworkSettings("clonettest0", "10.88.240.0/24", temporary.resolve("none")));
    assertThatThrownBy(() -> without.connect("a"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.PLUGIN_MISSING);
              assertThat(e.where()).endsWith("none/bridge");
            });
  }

  @Test
  void saysWhenNoAddressIsFree() {
    PodNetwork small = network(new NetworkSettings("clonettest0", "10.88.240.0/28", PLUGINS));
    for (int i = 0; i < 13; i++) {
      small.connect("p" + i);
    }
    assertThatThrownBy(() -> small.connect("last"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.CNI_FAILED);
              assertThat(e.detail()).contains("no IP addresses available");
            });
    assertThat(small.connected()).hasSize(13).doesNotContain("last");
  }
}
