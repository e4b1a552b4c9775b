package dev.cloister.agent;

import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.InstanceId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a container in the guest.
 *
 * <p>Its place in the guest, its name for crun and its cgroup are numbers of the agent's own; what
 * the host calls it is only a key.
 */
final class ContainerRun {

  private final InstanceId id;
  private final ContainerPolicy policy;
  private final String name;
  private final String directory;
  private final Ending ending = new Ending();
  private final Map<String, OutputBuffer> outputs = new HashMap<>();
  private final Map<String, CommandRun> commands = new HashMap<>();
  private int pid;
  private int execs;
  private volatile long startedMillis;
  private volatile long createMicros;
  private volatile long startMicros;

  ContainerRun(InstanceId id, ContainerPolicy policy, String name, String directory) {
    this.id = id;
    this.policy = policy;
    this.name = name;
    this.directory = directory;
  }

  InstanceId id() {
    return id;
  }

  ContainerPolicy policy() {
    return policy;
  }

  /** The name for crun, and of the cgroup below /pod. */
  String name() {
    return name;
  }

  String directory() {
    return directory;
  }

  Ending ending() {
    return ending;
  }

  synchronized int pid() {
    return pid;
  }

  synchronized void hasPid(int value) {
    pid = value;
  }

  synchronized void addOutput(String stream, OutputBuffer buffer) {
    outputs.put(stream, buffer);
  }

  synchronized @Nullable OutputBuffer output(String stream) {
    return outputs.get(stream);
  }

  synchronized void addCommand(String exec, CommandRun run) {
    commands.put(exec, run);
  }

  /** A name of the agent's own for the files of one more command. */
  synchronized String nextCommand() {
    return "exec" + ++execs;
  }

  synchronized @Nullable CommandRun command(String exec) {
    return commands.get(exec);
  }

  synchronized void abandonOutputs() {
    for (OutputBuffer buffer : outputs.values()) {
      buffer.abandon();
    }
    for (CommandRun command : commands.values()) {
      command.stdout().abandon();
      command.stderr().abandon();
    }
  }

  void started(long atMillis) {
    startedMillis = atMillis;
  }

  long startedMillis() {
    return startedMillis;
  }

  void tookToCreate(long micros) {
    createMicros = micros;
  }

  void tookToStart(long micros) {
    startMicros = micros;
  }

  long createMicros() {
    return createMicros;
  }

  long startMicros() {
    return startMicros;
  }

  /**
   * A listed command that was run.
   *
   * @param process of crun, which ends with the command and its exit code
   */
  record CommandRun(
      Process process, String pidFile, Ending ending, OutputBuffer stdout, OutputBuffer stderr) {}
}
