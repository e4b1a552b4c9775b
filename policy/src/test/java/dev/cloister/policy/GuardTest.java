package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    for (String root : roots(policy)) {
      grant(guard.decide(disk(root)));
    }
    return guard;
  }

  private static Set<String> roots(PodPolicy policy) {
    Set<String> roots = new TreeSet<>();
    for (ContainerPolicy container : policy.containers()) {
      roots.add(container.image().verityRoot());
    }
    return roots;
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

  @Test
  void refusesEverythingBeforeThePodIsOpened() {
    Guard guard = new Guard(Policies.pod());
    assertRefused(guard.decide(NETWORK), PolicyError.PHASE, "sandbox");
    assertRefused(guard.decide(files(1)), PolicyError.PHASE, "sandbox");
    assertRefused(
        guard.decide(new HostRequest.Create("setup", id("s1"))), PolicyError.PHASE, "sandbox");
    grant(guard.decide(OPEN));
    assertRefused(
        guard.decide(new HostRequest.Create("setup", id("s1"))), PolicyError.PHASE, "sandbox");
  }

  @Test
  void opensThePodAndItsNetworkOnce() {
    Guard guard = ready(Policies.pod());
    assertRefused(guard.decide(OPEN), PolicyError.ONCE, "sandbox");
    assertRefused(guard.decide(NETWORK), PolicyError.ONCE, "network");
    assertRefused(guard.decide(RESOLVER), PolicyError.ONCE, "resolver");
    assertRefused(guard.decide(disk(Policies.ROOT_A)), PolicyError.ONCE, "image");
    run(guard, "setup", "s1");
    assertRefused(guard.decide(NETWORK), PolicyError.PHASE, "sandbox");
  }

  @Test
  void takesARequestBackThatFailed() {
    Guard guard = new Guard(Policies.pod());
    guard.decide(OPEN).orThrow().reservation().close();
    assertThat(guard.phase()).isEqualTo(Phase.BOOT);
    grant(guard.decide(OPEN));
    try (Reservation first = guard.decide(NETWORK).orThrow().reservation()) {
      assertRefused(guard.decide(NETWORK), PolicyError.BUSY, "network");
      assertThat(first).isNotNull();
    }
    grant(guard.decide(NETWORK));
  }

  @Test
  void refusesAnAppBeforeItsInitContainerAndSidecar() {
    Guard guard = ready(Policies.pod());
    HostRequest.Create web = new HostRequest.Create("web", id("w1"));
    assertRefused(guard.decide(web), PolicyError.ORDER, "containers[web]");
    run(guard, "setup", "s1");
    assertRefused(guard.decide(web), PolicyError.ORDER, "containers[web]");
    guard.exited(id("s1"), 0);
    assertRefused(guard.decide(web), PolicyError.ORDER, "containers[web]");
    run(guard, "proxy", "p1");
    grant(guard.decide(web));
  }

  @Test
  void doesNotTakeAFailedInitContainerForASuccess() {
    Guard guard = ready(Policies.pod());
    run(guard, "setup", "s1");
    guard.exited(id("s1"), 3);
    Refusal refusal = refusal(guard.decide(new HostRequest.Create("proxy", id("p1"))));
    assertThat(refusal.code()).isEqualTo(PolicyError.ORDER);
    assertThat(refusal.detail())
        .isEqualTo("expected setup to have succeeded, found it is exited with 3");
    run(guard, "setup", "s2");
  }

  @Test
  void doesNotTakeACreatedContainerThatDiedForASuccess() {
    Guard guard = ready(Policies.pod());
    grant(guard.decide(new HostRequest.Create("setup", id("s1"))));
    guard.exited(id("s1"), 0);
    assertRefused(
        guard.decide(new HostRequest.Create("proxy", id("p1"))),
        PolicyError.ORDER,
        "containers[proxy]");
  }

  @Test
  void doesNotTakeAStartThatWasRolledBackForASuccess() {
    Guard guard = ready(Policies.pod());
    grant(guard.decide(new HostRequest.Create("setup", id("s1"))));
    Decision.Allowed<ContainerPolicy> start =
        guard.decide(new HostRequest.Start(id("s1"))).orThrow();
    guard.exited(id("s1"), 0);
    start.reservation().close();
    assertRefused(
        guard.decide(new HostRequest.Create("proxy", id("p1"))),
        PolicyError.ORDER,
        "containers[proxy]");
  }

  @Test
  void seesASuccessThatCameBeforeTheStartWasCommitted() {
    Guard guard = ready(Policies.pod());
    grant(guard.decide(new HostRequest.Create("setup", id("s1"))));
    Decision.Allowed<ContainerPolicy> start =
        guard.decide(new HostRequest.Start(id("s1"))).orThrow();
    guard.exited(id("s1"), 0);
    start.reservation().commit();
    run(guard, "proxy", "p1");
  }

  @Test
  void refusesAContainerThatIsNotDeclared() {
    assertRefused(
        ready(Policies.pod()).decide(new HostRequest.Create("evil", id("e1"))),
        PolicyError.CONTAINER,
        "containers");
  }

  @Test
  void refusesASecondLivingInstance() {
    Guard guard = running(Policies.pod());
    assertRefused(
        guard.decide(new HostRequest.Create("web", id("w2"))), PolicyError.LIVE, "containers[web]");
    assertRefused(
        guard.decide(new HostRequest.Start(id("w1"))), PolicyError.STATE, "containers[web]");
    guard.exited(id("w1"), 0);
    run(guard, "web", "w2");
  }

  @Test
  void refusesASecondRunWhereThePolicySaysNever() {
    ContainerPolicy job = Policies.container("job", Role.APP, RestartPolicy.NEVER);
    Guard guard = ready(Policies.pod(InitRerun.NEVER, job));
    run(guard, "job", "j1");
    guard.exited(id("j1"), 1);
    grant(guard.decide(new HostRequest.Remove(id("j1"))));
    assertRefused(
        guard.decide(new HostRequest.Create("job", id("j2"))),
        PolicyError.RESTART,
        "containers[job]");
  }

  @Test
  void restartsOnFailureOnlyAfterAFailure() {
    ContainerPolicy job = Policies.container("job", Role.APP, RestartPolicy.ON_FAILURE);
    Guard guard = ready(Policies.pod(InitRerun.NEVER, job));
    run(guard, "job", "j1");
    guard.exited(id("j1"), 1);
    run(guard, "job", "j2");
    guard.exited(id("j2"), 0);
    assertRefused(
        guard.decide(new HostRequest.Create("job", id("j3"))),
        PolicyError.RESTART,
        "containers[job]");
  }

  @Test
  void doesNotCountAnInstanceThatNeverStarted() {
    ContainerPolicy job = Policies.container("job", Role.APP, RestartPolicy.NEVER);
    Guard guard = ready(Policies.pod(InitRerun.NEVER, job));
    grant(guard.decide(new HostRequest.Create("job", id("j1"))));
    grant(guard.decide(new HostRequest.Remove(id("j1"))));
    run(guard, "job", "j1");
  }

  @Test
  void goesBackToTheFirstInitContainerOnlyWhereNothingIsAlive() {
    Guard guard = running(Policies.pod());
    HostRequest.Create again = new HostRequest.Create("setup", id("s2"));
    assertRefused(guard.decide(again), PolicyError.RESTART, "containers[setup]");
    guard.exited(id("w1"), 0);
    assertRefused(guard.decide(again), PolicyError.RESTART, "containers[setup]");
    guard.exited(id("p1"), 0);
    grant(guard.decide(again));
    assertThat(guard.phase()).isEqualTo(Phase.INIT);
    assertRefused(
        guard.decide(new HostRequest.Create("proxy", id("p2"))),
        PolicyError.ORDER,
        "containers[proxy]");
  }

  @Test
  void neverGoesBackWhereThePolicySaysNever() {
    PodPolicy policy = Policies.pod();
    Guard guard =
        running(Policies.pod(InitRerun.NEVER, policy.containers().toArray(ContainerPolicy[]::new)));
    guard.exited(id("w1"), 0);
    guard.exited(id("p1"), 0);
    assertRefused(
        guard.decide(new HostRequest.Create("setup", id("s2"))),
        PolicyError.RESTART,
        "containers[setup]");
  }

  @Test
  void refusesAnAppWhileItsSidecarIsDown() {
    Guard guard = running(Policies.pod());
    guard.exited(id("p1"), 1);
    guard.exited(id("w1"), 1);
    assertRefused(
        guard.decide(new HostRequest.Create("web", id("w2"))),
        PolicyError.ORDER,
        "containers[web]");
  }

  @Test
  void stopsTheAppsWhenARequiredSidecarEnds() {
    PodPolicy pod = Policies.pod();
    ContainerPolicy required = Policies.variant(pod.containers().get(1), true, false);
    Guard guard =
        running(
            Policies.pod(
                InitRerun.NEVER, pod.containers().get(0), required, pod.containers().get(2)));
    assertRefused(
        guard.decide(new HostRequest.SendSignal(Target.of("p1", ""), 9)),
        PolicyError.SIGNAL,
        "containers[proxy].signals");
    assertThat(guard.exited(id("p1"), 137)).containsExactly(id("w1"));
  }

  @Test
  void lookForADiskAndFilesBeforeAContainer() {
    Guard guard = new Guard(Policies.pod());
    grant(guard.decide(OPEN));
    grant(guard.decide(NETWORK));
    HostRequest.Create setup = new HostRequest.Create("setup", id("s1"));
    assertRefused(guard.decide(setup), PolicyError.MISSING, "containers[setup].image");
    grant(guard.decide(disk(Policies.ROOT_B)));
    assertRefused(guard.decide(setup), PolicyError.MISSING, "volumes[config]");
    grant(guard.decide(files(1)));
    grant(guard.decide(setup));
  }

  @Test
  void refusesAnotherImagesDisk() {
    Guard guard = new Guard(Policies.pod());
    grant(guard.decide(OPEN));
    assertRefused(guard.decide(disk("ef".repeat(32))), PolicyError.DEVICE, "image");
    assertRefused(
        guard.decide(
            new HostRequest.AttachImage(Policies.ROOT_B.substring(0, 20), Policies.ROOT_A)),
        PolicyError.DEVICE,
        "serial");
    assertRefused(
        guard.decide(new HostRequest.AttachVolume("x", "scratch")), PolicyError.VOLUME, "volume");
  }

  @Test
  void grantsTheWholeContentOfAFileVolume() {
    Guard guard = new Guard(Policies.pod());
    grant(guard.decide(OPEN));
    Grants.FileSet set = grant(guard.decide(files(1)));
    assertThat(set.files())
        .containsExactly(
            Map.entry("app.conf", Policies.CONFIG),
            Map.entry("pod/name", Bytes.ofUtf8("kv-5b8f7c9d4-x2x4z")),
            Map.entry("token", Bytes.ofUtf8("any 1")));
    assertThat(set.mode("token")).isEqualTo(0440);
  }

  @Test
  void refusesFilesThatThePolicyDoesNotPin() {
    Guard guard = new Guard(Policies.pod());
    grant(guard.decide(OPEN));
    Bytes token = Bytes.ofUtf8("t");
    Bytes other = Bytes.ofUtf8("listen 9090\n");
    assertRefused(
        put(guard, 1, Map.of("app.conf", other, "token", token)),
        PolicyError.FILE_CONTENT,
        "volumes[config].files[app.conf]");
    assertRefused(
        put(guard, 1, Map.of("app.conf", Policies.CONFIG)),
        PolicyError.FILES,
        "volumes[config].files[token]");
    assertRefused(
        put(guard, 1, Map.of("app.conf", Policies.CONFIG, "token", token, "x", token)),
        PolicyError.FILES,
        "volumes[config].files");
    assertRefused(
        put(guard, 1, Map.of("app.conf", Policies.CONFIG, "token", Bytes.zeros(4097))),
        PolicyError.FILE_CONTENT,
        "volumes[config].files[token]");
    assertRefused(
        guard.decide(new HostRequest.PutFiles("scratch", 1, Map.of())),
        PolicyError.VOLUME,
        "volume");
    assertRefused(
        put(guard, 0, Map.of("app.conf", Policies.CONFIG, "token", token)),
        PolicyError.GENERATION,
        "volumes[config]");
    grant(guard.decide(files(7)));
    assertRefused(guard.decide(files(7)), PolicyError.GENERATION, "volumes[config]");
    grant(guard.decide(files(8)));
  }

  private static Decision<Grants.FileSet> put(
      Guard guard, long generation, Map<String, Bytes> files) {
    return guard.decide(new HostRequest.PutFiles("config", generation, files));
  }

  @Test
  void runsListedCommandsAndNoOthers() {
    Guard guard = running(Policies.pod());
    Grants.Command command = grant(guard.decide(exec("x1", false, false, "/bin/ok", "-q")));
    assertThat(command.command().id()).isEqualTo("liveness");
    String path = "containers[web].exec";
    assertRefused(guard.decide(exec("x2", false, false, "/bin/sh")), PolicyError.EXEC, path);
    assertRefused(guard.decide(exec("x2", false, false, "/bin/ok")), PolicyError.EXEC, path);
    assertRefused(
        guard.decide(exec("x2", false, false, "/bin/ok", "-q", "-v")), PolicyError.EXEC, path);
    assertRefused(guard.decide(exec("x2", false, false)), PolicyError.EXEC, path);
    assertRefused(
        guard.decide(exec("x2", true, false, "/bin/ok", "-q")),
        PolicyError.EXEC,
        path + "[liveness].tty");
    assertRefused(
        guard.decide(exec("x2", false, true, "/bin/ok", "-q")),
        PolicyError.EXEC,
        path + "[liveness].stdin");
    assertRefused(
        guard.decide(exec("x1", false, false, "/bin/ok", "-q")), PolicyError.IDENTIFIER, "exec");
    assertRefused(
        guard.decide(exec("a b", false, false, "/bin/ok", "-q")), PolicyError.IDENTIFIER, "exec");
    guard.exited(id("w1"), 0);
    assertRefused(
        guard.decide(exec("x3", false, false, "/bin/ok", "-q")),
        PolicyError.STATE,
        "containers[web]");
  }

  private static HostRequest.Exec exec(String exec, boolean tty, boolean stdin, String... argv) {
    return new HostRequest.Exec(id("w1"), new ExecId(exec), List.of(argv), tty, stdin);
  }

  @Test
  void limitsCommandsAtATimeAndForgetsOldOnes() {
    Guard guard = running(Policies.pod());
    for (int i = 0; i < Execs.MAX_LIVE; i++) {
      grant(guard.decide(exec("x" + i, false, false, "/bin/ok", "-q")));
    }
    assertRefused(
        guard.decide(exec("more", false, false, "/bin/ok", "-q")), PolicyError.BUSY, "exec");
    for (int i = 0; i < 1000; i++) {
      guard.execExited(id("w1"), new ExecId("x" + i));
      grant(guard.decide(exec("x" + (i + Execs.MAX_LIVE), false, false, "/bin/ok", "-q")));
    }
    grant(guard.decide(new HostRequest.Wait(Target.of("w1", "x999"))));
    assertRefused(
        guard.decide(new HostRequest.Wait(Target.of("w1", "x900"))), PolicyError.INSTANCE, "exec");
  }

  @Test
  void limitsInstancesUntilTheyAreRemoved() {
    Guard guard = ready(Policies.pod());
    for (int i = 0; i < Instances.MAX_INSTANCES; i++) {
      run(guard, "setup", "s" + i);
      guard.exited(id("s" + i), 1);
    }
    assertRefused(
        guard.decide(new HostRequest.Create("setup", id("more"))), PolicyError.STATE, "instance");
    grant(guard.decide(new HostRequest.Remove(id("s0"))));
    run(guard, "setup", "more");
  }

  @Test
  void sendsListedSignalsOnly() {
    Guard guard = running(Policies.pod());
    assertThat(grant(guard.decide(new HostRequest.SendSignal(Target.of("w1", ""), 15))))
        .isEqualTo(Signal.TERM);
    for (long signal : new long[] {1, 19, 0, 65, 32, 1L << 33}) {
      assertRefused(
          guard.decide(new HostRequest.SendSignal(Target.of("w1", ""), signal)),
          PolicyError.SIGNAL,
          "containers[web].signals");
    }
    assertRefused(
        guard.decide(new HostRequest.SendSignal(Target.of("w9", ""), 15)),
        PolicyError.INSTANCE,
        "instance");
  }

  @Test
  void hasNoStreamsThatThePolicyDoesNotGive() {
    Guard guard = running(Policies.pod());
    Target web = Target.of("w1", "");
    assertRefused(
        guard.decide(new HostRequest.CloseStdin(web)), PolicyError.STREAM, "containers[web].stdin");
    assertRefused(
        guard.decide(new HostRequest.ResizeTerminal(web, 80, 24)),
        PolicyError.STREAM,
        "containers[web].tty");
    PodPolicy pod = Policies.pod();
    ContainerPolicy shell = Policies.variant(pod.containers().get(2), false, true);
    Guard open = ready(Policies.pod(InitRerun.NEVER, shell));
    run(open, "web", "w1");
    grant(open.decide(new HostRequest.CloseStdin(web)));
    grant(open.decide(new HostRequest.ResizeTerminal(web, 65_535, 1)));
    assertRefused(
        open.decide(new HostRequest.ResizeTerminal(web, 65_536, 1)),
        PolicyError.STREAM,
        "containers[web].tty");
    assertRefused(
        open.decide(new HostRequest.ResizeTerminal(web, 0, 1)),
        PolicyError.STREAM,
        "containers[web].tty");
  }

  @Test
  void resizesWithinTheRangeOnly() {
    Guard guard = running(Policies.pod());
    assertThat(grant(guard.decide(resize(2000, 0)))).isEqualTo(new Grants.Limits(2000, 0));
    grant(guard.decide(resize(100, 64)));
    String path = "containers[web].resources";
    assertRefused(guard.decide(resize(0, 0)), PolicyError.RESOURCES, path);
    assertRefused(guard.decide(resize(2001, 0)), PolicyError.RESOURCES, path + ".cpuMilli");
    assertRefused(guard.decide(resize(99, 0)), PolicyError.RESOURCES, path + ".cpuMilli");
    assertRefused(guard.decide(resize(0, 257)), PolicyError.RESOURCES, path + ".memoryMib");
    assertRefused(guard.decide(resize(0, -1)), PolicyError.RESOURCES, path + ".memoryMib");
    assertRefused(guard.decide(resize(0, 1L << 40)), PolicyError.RESOURCES, path + ".memoryMib");
  }

  private static HostRequest.ResizeResources resize(long cpu, long memory) {
    return new HostRequest.ResizeResources(id("w1"), cpu, memory);
  }

  @Test
  void removesOnlyWhatDoesNotRun() {
    Guard guard = running(Policies.pod());
    assertRefused(
        guard.decide(new HostRequest.Remove(id("w1"))), PolicyError.STATE, "containers[web]");
    grant(guard.decide(new HostRequest.Remove(id("s1"))));
    assertRefused(guard.decide(new HostRequest.Remove(id("s1"))), PolicyError.INSTANCE, "instance");
    assertThat(guard.instances()).extracting(Instance::container).containsExactly("proxy", "web");
  }

  @Test
  void startsNothingOnceItIsBeingClosed() {
    Guard guard = running(Policies.pod());
    Decision.Allowed<Long> close =
        guard.decide(new HostRequest.CloseSandbox(Long.MAX_VALUE)).orThrow();
    assertThat(close.grant()).isEqualTo(Guard.MAX_GRACE_MILLIS);
    guard.exited(id("w1"), 0);
    assertRefused(
        guard.decide(new HostRequest.Create("web", id("w2"))), PolicyError.PHASE, "sandbox");
    assertRefused(
        guard.decide(exec("x1", false, false, "/bin/ok", "-q")), PolicyError.PHASE, "sandbox");
    assertRefused(guard.decide(files(9)), PolicyError.PHASE, "sandbox");
    grant(guard.decide(new HostRequest.SendSignal(Target.of("p1", ""), 9)));
    close.reservation().close();
    assertThat(guard.phase()).isEqualTo(Phase.CLOSING);
    grant(guard.decide(new HostRequest.CloseSandbox(0)));
    assertThat(guard.phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void remembersTheLatestRefusals() {
    Guard guard = new Guard(Policies.pod());
    for (int i = 0; i < 100; i++) {
      refusal(guard.decide(new HostRequest.Start(id("i" + i))));
    }
    List<Refusal> all = guard.refusalsAfter(0);
    assertThat(all).hasSize(Guard.MAX_REFUSALS);
    assertThat(all.getLast().sequence()).isEqualTo(100);
    assertThat(guard.refusalsAfter(98)).extracting(Refusal::sequence).containsExactly(99L, 100L);
    Refusal noted =
        guard.record(
            "Decode", new dev.cloister.encoding.CloisterException(PolicyError.TEXT, "x", "bad"));
    assertThat(noted.sequence()).isEqualTo(101);
    assertThat(noted.detail()).isEqualTo("bad");
  }
}
