package dev.cloister.e2e;

import dev.cloister.policy.Signal;
import dev.cloister.rpc.AgentContainers.CreateRequest;
import dev.cloister.rpc.AgentContainers.RemoveRequest;
import dev.cloister.rpc.AgentContainers.SignalRequest;
import dev.cloister.rpc.AgentContainers.StartRequest;
import dev.cloister.rpc.AgentContainers.WaitRequest;
import dev.cloister.rpc.AgentInfo.ContainerStats;
import dev.cloister.rpc.AgentService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the agent needs to create and start a container, beside crun alone in the same guest. Each
 * container once, which is what a pod's start does, and one of them again and again, which is what
 * a restart does. For one thread.
 */
final class ContainerBenchmark {

  private static final double GOAL = 3;

  /** The container that is started again and again. */
  static final String REPEATED = "redis";

  /** What was started before reads its files meanwhile; bench/crun.c waits as long. */
  private static final Duration SETTLE = Duration.ofSeconds(3);

  private final Stage stage;
  private final int rounds;

  ContainerBenchmark(Stage stage, int rounds) {
    this.stage = stage;
    this.rounds = rounds;
  }

  /**
   * Microseconds of one start.
   *
   * @param container its name
   * @param round 0 for its first start in this guest
   */
  record Start(String container, int round, long create, long start) {
    double millis() {
      return (create + start) / 1000.0;
    }
  }

  List<Figure> run() {
    stage.build();
    stage.publish();
    stage.generate();
    List<Start> agent = withAgent();
    stage.endHostilePod();
    List<Start> alone = new CrunAlone(stage, rounds).run();
    List<Figure> figures = new ArrayList<>();
    tell(figures, "agent", agent);
    tell(figures, "crun alone", alone);
    figures.add(new Figure("first starts, agent / crun alone", ratio(agent, alone), "", GOAL));
    figures.add(
        new Figure(
            "repeated starts of " + REPEATED + ", agent / crun alone",
            repeated(agent) / repeated(alone),
            "",
            GOAL));
    return figures;
  }

  private List<Start> withAgent() {
    HostilePod pod = stage.hostilePod().setUp();
    AgentService agent = pod.agent();
    List<Start> starts = new ArrayList<>();
    starts.add(start(agent, "accounts", 0));
    agent.await(new WaitRequest("accounts-0", ""));
    for (int round = 0; round < rounds; round++) {
      starts.add(start(agent, REPEATED, round));
      String instance = REPEATED + "-" + round;
      if (round + 1 < rounds) {
        agent.signal(new SignalRequest(instance, "", Signal.KILL.number()));
        agent.await(new WaitRequest(instance, ""));
        agent.remove(new RemoveRequest(instance));
      }
    }
    starts.add(start(agent, "webdis", 0));
    return starts;
  }

  private static Start start(AgentService agent, String container, int round) {
    String instance = container + "-" + round;
    Pause.of(SETTLE);
    agent.create(new CreateRequest(container, instance));
    agent.start(new StartRequest(instance));
    ContainerStats stats =
        agent.getStats().containers().stream()
            .filter(one -> one.instance().equals(instance))
            .findFirst()
            .orElseThrow();
    return new Start(container, round, stats.createMicros(), stats.startMicros());
  }

  private static void tell(List<Figure> figures, String who, List<Start> starts) {
    for (Start start : starts) {
      if (start.round() == 0) {
        figures.add(
            Figure.told(
                who + ": first create of " + start.container(), start.create() / 1000.0, "ms"));
        figures.add(
            Figure.told(
                who + ": first start of " + start.container(), start.start() / 1000.0, "ms"));
      }
    }
    figures.add(Figure.told(who + ": repeated starts of " + REPEATED, repeated(starts), "ms"));
  }

  private static double ratio(List<Start> agent, List<Start> alone) {
    return firsts(agent) / firsts(alone);
  }

  private static double firsts(List<Start> starts) {
    return starts.stream().filter(start -> start.round() == 0).mapToDouble(Start::millis).sum();
  }

  /** Median of the starts that were not the first. */
  private static double repeated(List<Start> starts) {
    return Timing.median(
        starts.stream()
            .filter(start -> start.container().equals(REPEATED))
            .filter(start -> start.round() > 0)
            .map(Start::millis)
            .toList());
  }
}
