package dev.cloister.agent;

import dev.cloister.rpc.AgentInfo.ContainerStats;
import dev.cloister.rpc.AgentInfo.GetStatsResponse;
import java.util.ArrayList;
import java.util.List;

/** Memory and processor time of guest, agent and containers, as the kernel counts them. */
final class Statistics {

  private Statistics() {}

  static GetStatsResponse read(Runs runs) {
    String memory = SmallFile.readOrEmpty("/proc/meminfo");
    String agent = SmallFile.readOrEmpty("/proc/self/status");
    List<ContainerStats> containers = new ArrayList<>();
    for (ContainerRun run : runs.all()) {
      String cgroup = Pod.cgroup(run);
      containers.add(
          new ContainerStats(
              run.id().value(),
              number(SmallFile.readOrEmpty(cgroup + "/memory.current"), "") / 1024,
              number(SmallFile.readOrEmpty(cgroup + "/cpu.stat"), "usage_usec") / 1000,
              run.createMicros(),
              run.startMicros()));
    }
    return new GetStatsResponse(
        number(memory, "MemTotal:"),
        number(memory, "MemAvailable:"),
        number(agent, "VmRSS:"),
        number(agent, "RssAnon:"),
        containers);
  }

  /** The number behind a key, or 0 where there is none. */
  static long number(String text, String key) {
    int at = key.isEmpty() ? 0 : text.indexOf(key);
    if (at < 0) {
      return 0;
    }
    at += key.length();
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    long value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      value = value * 10 + (text.charAt(at++) - '0');
    }
    return value;
  }
}
