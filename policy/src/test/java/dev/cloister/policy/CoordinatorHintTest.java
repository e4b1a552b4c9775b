package dev.cloister.policy;

import static dev.cloister.policy.GuardTest.NETWORK;
import static dev.cloister.policy.GuardTest.OPEN;
import static dev.cloister.policy.GuardTest.assertRefused;
import static dev.cloister.policy.GuardTest.grant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the host may say about where a Coordinator and its store are. */
class CoordinatorHintTest {

  private static final String JOINING = JsonWriter.canonical(Policies.pod().toJson());
  private static final String ALONE = JOINING.replace("\"join\":true", "\"join\":false");

  private static Guard opened(String policy) {
    Guard guard = new Guard(PodPolicy.parse(Bytes.ofUtf8(policy)));
    grant(guard.decide(OPEN));
    return guard;
  }

  private static String coordinator() {
    String role = ALONE.replace("\"role\":\"workload\"", "\"role\":\"coordinator\"");
    int at = role.indexOf("\"speaksAs\":\"workload\"", role.indexOf("\"name\":\"web\""));
    return role.substring(0, at) + role.substring(at).replaceFirst("workload", "coordinator");
  }

  private static HostRequest.SetNetwork network(String coordinator, String store) {
    return new HostRequest.SetNetwork(NETWORK.interfaces(), NETWORK.routes(), coordinator, store);
  }

  @Test
  void tellsAJoiningPodWhereItsCoordinatorIsAndWhereItHasMoved() {
    Guard guard = opened(JOINING);
    Grants.Network network = grant(guard.decide(network("10.88.0.9:7443", "")));
    assertThat(network.coordinator()).hasToString("10.88.0.9:7443");
    assertThat(network.store().isNone()).isTrue();
    assertThat(grant(guard.decide(new HostRequest.SetCoordinator("10.88.0.10:7443"))))
        .hasToString("10.88.0.10:7443");
    assertThat(grant(guard.decide(new HostRequest.SetCoordinator(""))).isNone()).isTrue();
  }

  @Test
  void tellsNothingToAPodThatJoinsNone() {
    Guard guard = opened(ALONE);
    assertRefused(
        guard.decide(network("10.88.0.9:7443", "")), PolicyError.NETWORK, "coordinatorAddress");
    grant(guard.decide(NETWORK));
    assertRefused(
        guard.decide(new HostRequest.SetCoordinator("10.88.0.9:7443")),
        PolicyError.NETWORK,
        "address");
  }

  @Test
  void tellsOnlyACoordinatorWhereTheStoreIs() {
    assertRefused(
        opened(JOINING).decide(network("", "10.88.0.1:7445")), PolicyError.NETWORK, "storeAddress");
    assertRefused(
        opened(ALONE).decide(network("", "10.88.0.1:7445")), PolicyError.NETWORK, "storeAddress");
    assertThat(grant(opened(coordinator()).decide(network("", "10.88.0.1:7445"))).store())
        .hasToString("10.88.0.1:7445");
  }

  @Test
  void tellsACoordinatorOfNoOther() {
    assertRefused(
        opened(coordinator()).decide(network("10.88.0.9:7443", "")),
        PolicyError.NETWORK,
        "coordinatorAddress");
  }

  @Test
  void refusesAddressesThatNoConnectionMayGoTo() {
    for (String bad :
        List.of(
            "10.88.0.9",
            "10.88.0.9:",
            ":7443",
            "10.88.0.9:0",
            "10.88.0.9:65536",
            "10.88.0.9:+1",
            "10.88.0.9:7443 ",
            "host:7443",
            "127.0.0.1:7443",
            "169.254.1.1:7443",
            "224.0.0.1:7443",
            "0.0.0.0:7443",
            "10.88.0.5:7443",
            "fd00::1:7443",
            "[fd00::1]:7443")) {
      assertRefused(
          opened(JOINING).decide(network(bad, "")), PolicyError.ADDRESS, "coordinatorAddress");
      assertRefused(
          opened(coordinator()).decide(network("", bad)), PolicyError.ADDRESS, "storeAddress");
      Guard guard = opened(JOINING);
      grant(guard.decide(NETWORK));
      assertRefused(
          guard.decide(new HostRequest.SetCoordinator(bad)), PolicyError.ADDRESS, "address");
    }
  }

  @Test
  void takesAHintOnlyOnceThereIsANetwork() {
    assertRefused(
        opened(JOINING).decide(new HostRequest.SetCoordinator("10.88.0.9:7443")),
        PolicyError.PHASE,
        "sandbox");
  }

  @Test
  void refusesVolumesAtThePlaceOfTheAgentsFiles() {
    for (String place : List.of("/run/cloister", "/run/cloister/tls")) {
      assertThatThrownBy(
              () -> PodPolicy.parse(Bytes.ofUtf8(JOINING.replace("\"/tmp\"", '"' + place + '"'))))
          .isInstanceOfSatisfying(
              CloisterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(PolicyError.CONTRADICTION);
                assertThat(e.where()).endsWith(".mounts[" + place + "]");
              });
    }
  }
}
