package dev.cloister.e2e;

import dev.cloister.cli.PodRunner;
import dev.cloister.encoding.CloisterException;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.node.Sandbox;
import dev.cloister.rpc.AgentInfo.ContainerStats;
import dev.cloister.rpc.AgentInfo.GetStatsResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Memory of the agent, the guest, QEMU and the node daemon. For one thread. */
final class MemoryBenchmark {

  private static final int CALLS = 50;
  private static final Duration POD_LIMIT = Duration.ofMinutes(3);
  private static final double KIB = 1024;

  /** What the demo does to a running agent; the other attacks have VMs of their own. */
  private static final List<Attack> LOAD =
      List.of(
          new AppBeforeInit(),
          new UndeclaredContainer(),
          new EnvironmentLeftOut(),
          new ContainerTwice(),
          new ShellByExec(),
          new MalformedFrames());

  private static final String SMALL_POD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: small
      spec:
        replicas: 1
        selector:
          matchLabels: {app: small}
        template:
          metadata:
            labels: {app: small}
            annotations: {cloister.dev/join: "false"}
          spec:
            containers:
              - name: sleep
                image: REGISTRY/kv/busybox:1
                command: ["/usr/bin/sleep", "86400"]
                resources:
                  limits:
                    memory: 16Mi
      """;

  private final Stage stage;
  private final int pods;
  private final List<Figure> figures = new ArrayList<>();

  MemoryBenchmark(Stage stage, int pods) {
    this.stage = stage;
    this.pods = pods;
  }

  List<Figure> run() {
    stage.build();
    stage.publish();
    stage.generate();
    measureGuest();
    stage.endHostilePod();
    measureNode();
    return figures;
  }

  private void measureGuest() {
    HostilePod pod = stage.hostilePod().setUp();
    GetStatsResponse before = pod.agent().getStats();
    load(pod);
    GetStatsResponse after = pod.agent().getStats();
    figures.add(Figure.told("agent resident before the first container", mib(before), "MiB"));
    figures.add(new Figure("agent resident after the demo's load", mib(after), "MiB", 64));
    figures.add(Figure.told("  of it anonymous", after.agentAnonymousKib() / KIB, "MiB"));
    tellGuest(pod.sandbox(), after);
    tellQemu(pod.sandbox());
  }

  private static double mib(GetStatsResponse stats) {
    return stats.agentResidentKib() / KIB;
  }

  private void load(HostilePod pod) {
    for (Attack attack : LOAD) {
      try {
        attack.attempt(stage);
      } catch (CloisterException e) {
        stage.terminal().note("not as in the demo: " + attack.name() + ": " + e.getMessage());
      }
    }
    pod.runToEnd("accounts");
    pod.ensureRunning("redis");
    pod.ensureRunning("webdis");
    pod.sandbox().network().ifPresent(network -> call(network.ips().getFirst()));
    pod.attest(Judge.nonce());
  }

  private static void call(String ip) {
    String address = "http://" + ip + ":7379";
    Curl.get(address + "/SET/greeting/hello");
    for (int i = 0; i < CALLS; i++) {
      Curl.get(address + "/GET/greeting");
    }
  }

  private void tellGuest(Sandbox vm, GetStatsResponse stats) {
    double containers =
        stats.containers().stream().mapToLong(ContainerStats::memoryKib).sum() / KIB;
    double total = vm.spec().memoryMib();
    double available = stats.memoryAvailableKib() / KIB;
    figures.add(
        new Figure(
            "guest memory in use beyond the containers",
            total - available - containers,
            "MiB",
            192));
    figures.add(
        Figure.told(
            "  of it the kernel's before the count begins",
            total - stats.memoryTotalKib() / KIB,
            "MiB"));
    figures.add(Figure.told("containers of the example, together", containers, "MiB"));
    int limits =
        stage.workload().policy().containers().stream()
            .filter(container -> !container.name().equals("accounts"))
            .mapToInt(container -> container.resources().memoryMib().max())
            .sum();
    figures.add(
        new Figure("memory of the VM beyond its containers' limits", total - limits, "MiB", 256));
  }

  /** The guest's memory is the mapping of just its size; the rest is QEMU's own. */
  private void tellQemu(Sandbox vm) {
    double resident = statusKib(vm.qemuPid(), "VmRSS:") / KIB;
    double guest = residentOfMapping(vm.qemuPid(), vm.spec().memoryMib() * 1024L) / KIB;
    figures.add(Figure.told("QEMU resident, with the guest's memory", resident, "MiB"));
    figures.add(Figure.told("  of it QEMU's own", resident - guest, "MiB"));
  }

  private void measureNode() {
    SourceFile yaml =
        SourceFile.of("small.yaml", SMALL_POD.replace("REGISTRY", stage.registry().address()));
    GeneratedWorkload workload = stage.derive(yaml).workloads().getFirst();
    PodRunner runner = new PodRunner(stage.node(), stage.terminal());
    long daemon = stage.node().calls().getInfo().pid();
    figures.add(Figure.told("node daemon without pods", rss(daemon), "MiB"));
    int running = 0;
    while (running < pods && start(runner, workload, running)) {
      running++;
      stage.terminal().note(running + " pods: node daemon " + Math.round(rss(daemon)) + " MiB");
    }
    if (running == 0) {
      throw new CloisterException(E2eError.STEP_FAILED, "small pods", "none came up");
    }
    figures.add(new Figure("node daemon with " + running + " pods", rss(daemon), "MiB", 150));
    figures.add(Figure.told("  of it anonymous", statusKib(daemon, "RssAnon:") / KIB, "MiB"));
  }

  /** One after the other, so that no boot starves another of the processor. */
  private boolean start(PodRunner runner, GeneratedWorkload workload, int number) {
    try {
      String id = stage.node().calls().runPod(stage.pod(workload, number)).id();
      runner.await(id, POD_LIMIT);
      return true;
    } catch (CloisterException e) {
      stage.terminal().note("pod " + (number + 1) + ": " + e.getMessage());
      return false;
    }
  }

  private static double rss(long pid) {
    return statusKib(pid, "VmRSS:") / KIB;
  }

  private static long statusKib(long pid, String key) {
    for (String line : lines("/proc/" + pid + "/status")) {
      if (line.startsWith(key)) {
        return number(line);
      }
    }
    throw new CloisterException(E2eError.STEP_FAILED, "process " + pid, "no " + key);
  }

  /** How much of the mappings of this size is resident, KiB. */
  private static long residentOfMapping(long pid, long sizeKib) {
    long resident = 0;
    boolean inside = false;
    for (String line : lines("/proc/" + pid + "/smaps")) {
      if (line.startsWith("Size:")) {
        inside = number(line) == sizeKib;
      } else if (inside && line.startsWith("Rss:")) {
        resident += number(line);
      }
    }
    return resident;
  }

  private static long number(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", ""));
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw Stage.failed(file, e);
    }
  }
}
