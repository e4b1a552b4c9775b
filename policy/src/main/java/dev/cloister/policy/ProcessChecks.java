package dev.cloister.policy;

/** What the host may do to a process: signals, streams, limits. Under the guard's lock. */
final class ProcessChecks {

  private ProcessChecks() {}

  static void requireRunning(Instances.Entry entry) {
    Denied.unless(
        entry.state == Instance.State.RUNNING,
        PolicyError.STATE,
        entry.path(),
        "running",
        entry.state.word());
  }

  static void requireKnown(Instances.Entry entry, Target target) {
    if (target instanceof Target.Command command) {
      entry.execs.find(command.exec());
    }
  }

  static Signal signal(Instances.Entry entry, HostRequest.SendSignal request, boolean appsAlive) {
    String path = entry.path() + ".signals";
    long number = request.signal();
    Denied.unless(
        number >= 1 && number <= 64 && number != 32 && number != 33,
        PolicyError.SIGNAL,
        path,
        "a signal's number",
        number + "");
    Signal signal = new Signal((int) number);
    boolean listed = entry.container.signals().contains(signal);
    if (request.target() instanceof Target.Command command) {
      Denied.unless(
          entry.execs.find(command.exec()).live, PolicyError.STATE, "exec", "running", "exited");
      listed |= signal.equals(Signal.KILL);
    } else {
      Denied.unless(
          entry.state.isAlive(), PolicyError.STATE, entry.path(), "alive", entry.state.word());
      Denied.unless(
          !entry.container.required() || !appsAlive,
          PolicyError.SIGNAL,
          path,
          "no signal to a required sidecar while apps are alive",
          signal.toString());
    }
    Denied.unless(listed, PolicyError.SIGNAL, path, "a listed signal", signal.toString());
    return signal;
  }

  static void requireStdin(Instances.Entry entry, Target target) {
    boolean has = entry.container.stdin() != StdinPolicy.NONE;
    if (target instanceof Target.Command command) {
      has = entry.execs.find(command.exec()).command.stdin();
    }
    Denied.unless(has, PolicyError.STREAM, entry.path() + ".stdin", "no standard input", "");
  }

  static Grants.Terminal terminal(Instances.Entry entry, HostRequest.ResizeTerminal request) {
    boolean has = entry.container.tty();
    if (request.target() instanceof Target.Command command) {
      has = entry.execs.find(command.exec()).command.tty();
    }
    Denied.unless(has, PolicyError.STREAM, entry.path() + ".tty", "no terminal", "");
    long columns = request.columns();
    long rows = request.rows();
    Denied.unless(
        columns >= 1 && columns <= 65_535 && rows >= 1 && rows <= 65_535,
        PolicyError.STREAM,
        entry.path() + ".tty",
        "1 to 65535 columns and rows",
        columns + " and " + rows);
    return new Grants.Terminal((int) columns, (int) rows);
  }

  static Grants.Limits limits(Instances.Entry entry, HostRequest.ResizeResources request) {
    requireRunning(entry);
    Resources range = entry.container.resources();
    long cpu = request.cpuMilli();
    long memory = request.memoryMib();
    String path = entry.path() + ".resources";
    Denied.unless(
        cpu != 0 || memory != 0, PolicyError.RESOURCES, path, "one of the two limits", "none");
    limit(cpu, 1_024_000, range.cpuMilli(), path + ".cpuMilli");
    limit(memory, 16_777_216, range.memoryMib(), path + ".memoryMib");
    return new Grants.Limits((int) cpu, (int) memory);
  }

  private static void limit(long value, long most, Range range, String path) {
    Denied.unless(
        value == 0 || (range.allows(value) && value <= most),
        PolicyError.RESOURCES,
        path,
        range.min() + " to " + (range.max() == 0 ? most : range.max()),
        value + "");
  }
}
