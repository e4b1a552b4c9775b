package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {

  static final HostRequest.OpenSandbox OPEN =
      new HostRequest.OpenSandbox(
          "kv-5b8f7c9d4-x2x4z",
          "prod",
          "0a1b2c3d-0000-4000-8000-000000000001",
          "node-1",
          "kv-5b8f7c9d4-x2x4z",
          List.of("10.88.0.5"),
          List.of("192.0.2.9"));

  static final HostRequest.SetNetwork NETWORK =
      new HostRequest.SetNetwork(
          List.of(
              new HostRequest.Interface(
                  "eth0", "02:00:00:00:00:05", 1500, List.of("10.88.0.5/16"))),
          List.of(new HostRequest.Route("0.0.0.0/0", "10.88.0.1", "eth0")));

  static final HostRequest.SetResolver RESOLVER =
      new HostRequest.SetResolver(List.of("10.96.0.10"), "cluster.local");

  static HostRequest.PutFiles files(long generation) {
    return new HostRequest.PutFiles(
        "config",
        generation,
        Map.of("app.conf", Policies.CONFIG, "token", Bytes.ofUtf8("any " + generation)));
  }

  static <T> T grant(Decision<T> decision) {
    Decision.Allowed<T> allowed = decision.orThrow();
    allowed.reservation().commit();
    return allowed.grant();
  }

  static <T> Refusal refusal(Decision<T> decision) {
    assertThat(decision).isInstanceOf(Decision.Refused.class);
    return ((Decision.Refused<T>) decision).refusal();
  }

  static <T> void assertRefused(Decision<T> decision, ErrorCode code, String path) {
    Refusal refusal = refusal(decision);
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal.path()).isEqualTo(path);
  }

  static InstanceId id(String value) {
    return new InstanceId(value);
  }

  static HostRequest.AttachImage disk(String root) {
    return new HostRequest.AttachImage(root.substring(0, 20), root);
  }

  /** A guard whose pod has all that containers need. */
  static Guard ready(PodPolicy policy) {
    Guard guard = new Guard(policy);
    grant(guard.decide(OPEN));
    grant(guard.decide(NETWORK));
    grant(guard.decide(RESOLVER));
    grant(guard.decide(files(1)));
    grant(guard.decide(disk(Policies.ROOT_A)));
    grant(guard.decide(disk(Policies.ROOT_B)));
    return guard;
  }

  static void run(Guard guard, String container, String instance) {
    grant(guard.decide(new HostRequest.Create(container, id(instance))));
    grant(guard.decide(new HostRequest.Start(id(instance))));
  }

  /** A guard whose init container succeeded, and whose sidecar and app run as p1 and w1. */
  static Guard running(PodPolicy policy) {
    Guard guard = ready(policy);
    run(guard, "setup", "s1");
    guard.exited(id("s1"), 0);
    run(guard, "proxy", "p1");
    run(guard, "web", "w1");
    return guard;
  }

  @Test
  void leadsAPodFromBootToClosed() {
    Guard guard = new Guard(Policies.pod());
    assertThat(guard.phase()).isEqualTo(Phase.BOOT);
    PodFacts facts = grant(guard.decide(OPEN));
    assertThat(facts.text(PodFact.POD_IP)).isEqualTo("10.88.0.5");
    assertThat(guard.phase()).isEqualTo(Phase.OPENED);
    grant(guard.decide(NETWORK));
    assertThat(guard.phase()).isEqualTo(Phase.NETWORKED);
    grant(guard.decide(RESOLVER));
    grant(guard.decide(files(1)));
    grant(guard.decide(disk(Policies.ROOT_A)));
    grant(guard.decide(disk(Policies.ROOT_B)));
    run(guard, "setup", "s1");
    assertThat(guard.phase()).isEqualTo(Phase.INIT);
    guard.exited(id("s1"), 0);
    run(guard, "proxy", "p1");
    run(guard, "web", "w1");
    assertThat(guard.phase()).isEqualTo(Phase.RUNNING);
    Decision.Allowed<Long> close = guard.decide(new HostRequest.CloseSandbox(5000)).orThrow();
    assertThat(guard.phase()).isEqualTo(Phase.CLOSING);
    close.reservation().commit();
    assertThat(guard.phase()).isEqualTo(Phase.CLOSED);
  }
}
