package dev.cloister.policy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The listed commands that were run in one instance. Under the guard's lock. */
final class Execs {

  /** Most commands at a time. */
  static final int MAX_LIVE = 32;

  /** Ended commands that can still be asked for. */
  static final int MAX_ENDED = 64;

  private final ContainerPolicy container;
  private final Map<ExecId, Run> runs = new LinkedHashMap<>();

  Execs(ContainerPolicy container) {
    this.container = container;
  }

  /** One run of a command. */
  static final class Run {
    final ExecPolicy command;
    boolean live = true;

    Run(ExecPolicy command) {
      this.command = command;
    }
  }

  Decision<Grants.Command> reserve(Object lock, HostRequest.Exec request) {
    String id = request.exec().value();
    ExecPolicy command = listed(request);
    Denied.unless(
        Grammar.isIdentifier(id),
        PolicyError.IDENTIFIER,
        "exec",
        "an identifier",
        Grammar.shown(id));
    Denied.unless(
        !runs.containsKey(request.exec()),
        PolicyError.IDENTIFIER,
        "exec",
        "a fresh identifier",
        id);
    Denied.unless(
        live() < MAX_LIVE, PolicyError.BUSY, "exec", MAX_LIVE + " commands at a time", "");
    runs.put(request.exec(), new Run(command));
    return new Decision.Allowed<>(
        new Grants.Command(container, command), new Running(lock, this, request.exec()));
  }

  private ExecPolicy listed(HostRequest.Exec request) {
    String path = "containers[" + container.name() + "].exec";
    for (ExecPolicy command : container.exec()) {
      if (command.argv().equals(request.argv())) {
        String place = path + "[" + command.id() + "]";
        Denied.unless(
            command.tty() == request.tty(),
            PolicyError.EXEC,
            place + ".tty",
            command.tty() + "",
            request.tty() + "");
        Denied.unless(
            command.stdin() == request.stdin(),
            PolicyError.EXEC,
            place + ".stdin",
            command.stdin() + "",
            request.stdin() + "");
        return command;
      }
    }
    String found = request.argv().isEmpty() ? "nothing" : request.argv().getFirst();
    throw new Denied(
        PolicyError.EXEC,
        path,
        "one of " + container.exec().size() + " listed commands",
        Grammar.shown(found) + " with " + Math.max(0, request.argv().size() - 1) + " arguments");
  }

  private int live() {
    int live = 0;
    for (Run run : runs.values()) {
      live += run.live ? 1 : 0;
    }
    return live;
  }

  Run find(ExecId id) {
    Run run = runs.get(id);
    if (run == null) {
      throw new Denied(PolicyError.INSTANCE, "exec", "a known exec", Grammar.shown(id.value()));
    }
    return run;
  }

  void exited(ExecId id) {
    Run run = runs.get(id);
    if (run != null) {
      run.live = false;
    }
    int ended = runs.size() - live();
    Iterator<Run> oldest = runs.values().iterator();
    while (ended > MAX_ENDED) {
      if (!oldest.next().live) {
        oldest.remove();
        ended--;
      }
    }
  }

  /** A command that is being run. */
  private static final class Running extends Reservation {
    private final Execs table;
    private final ExecId id;

    Running(Object lock, Execs table, ExecId id) {
      super(lock);
      this.table = table;
      this.id = id;
    }

    @Override
    void apply() {}

    @Override
    void undo() {
      table.runs.remove(id);
    }
  }
}
