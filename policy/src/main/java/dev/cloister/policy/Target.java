package dev.cloister.policy;

/** A process that the host speaks of: the container's own, or one of its listed commands. */
public sealed interface Target {

  /** The instance that it belongs to. */
  InstanceId instance();

  /** The container's own process. */
  record Main(InstanceId instance) implements Target {}

  /** A listed command that was run. */
  record Command(InstanceId instance, ExecId exec) implements Target {}

  /** The target that {@code agent.proto} spells: no exec means the container's own process. */
  static Target of(String instance, String exec) {
    InstanceId id = new InstanceId(instance);
    return exec.isEmpty() ? new Main(id) : new Command(id, new ExecId(exec));
  }
}
