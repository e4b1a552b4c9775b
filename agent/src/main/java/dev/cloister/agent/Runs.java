package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InstanceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instances that are in the guest, by what the host calls them. Safe for any thread. */
final class Runs {

  private final Map<InstanceId, ContainerRun> runs = new HashMap<>();

  synchronized void add(ContainerRun run) {
    runs.put(run.id(), run);
  }

  synchronized void remove(InstanceId id) {
    runs.remove(id);
  }

  synchronized List<ContainerRun> all() {
    return new ArrayList<>(runs.values());
  }

  synchronized ContainerRun get(InstanceId id) {
    ContainerRun run = runs.get(id);
    if (run == null) {
      throw new CloisterException(AgentError.REQUEST, "instance", "it is not in the guest (yet)");
    }
    return run;
  }

  /** The command of this name in the instance. */
  ContainerRun.CommandRun command(InstanceId id, String exec) {
    ContainerRun.CommandRun command = get(id).command(exec);
    if (command == null) {
      throw new CloisterException(AgentError.REQUEST, "exec", "it is not in the guest (yet)");
    }
    return command;
  }
}
