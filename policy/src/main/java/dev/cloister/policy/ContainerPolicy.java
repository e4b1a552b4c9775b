package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that decides what one container is. Nothing is left to a default: what is not here
 * does not happen. Refusals give the place relative to the container.
 *
 * @param name DNS label, unique in the pod
 * @param role when it may start
 * @param required whether the apps are stopped when it ends; sidecars only
 * @param image what it runs from
 * @param argv program and arguments, 1 to 1024
 * @param cwd working directory, absolute
 * @param env the whole environment by name ({@code PATH} and {@code HOSTNAME} included), 1024 at
 *     most
 * @param user who it runs as
 * @param capabilities effective, permitted and bounding set
 * @param noNewPrivileges whether set-user-id programs and file capabilities are powerless
 * @param seccomp which system calls it may make
 * @param procMount what of /proc is hidden
 * @param rootfs what may be written
 * @param mounts volumes, one per path, kept sorted by path; 128 at most
 * @param tty whether it has a terminal
 * @param stdin whether the host may write to its standard input
 * @param logs who reads its output
 * @param terminationMessage where it leaves its last message
 * @param exec commands that the host may run in it, kept sorted by id; 64 at most, each argv once
 * @param signals what the host may send it, kept sorted
 * @param stopSignal the first signal when it is stopped; one of the signals
 * @param restart when it may run again: always for a sidecar, never always for an init container
 * @param resources what it may use
 * @param speaksAs for whom evidence that it asks for speaks
 */
public record ContainerPolicy(
    String name,
    Role role,
    boolean required,
    ImagePin image,
    List<Template> argv,
    String cwd,
    Map<String, Template> env,
    ContainerUser user,
    Set<Capability> capabilities,
    boolean noNewPrivileges,
    SeccompProfile seccomp,
    ProcMount procMount,
    Rootfs rootfs,
    List<MountPolicy> mounts,
    boolean tty,
    StdinPolicy stdin,
    LogPolicy logs,
    TerminationMessage terminationMessage,
    List<ExecPolicy> exec,
    Set<Signal> signals,
    Signal stopSignal,
    RestartPolicy restart,
    Resources resources,
    SpeaksAs speaksAs) {

  static final int MAX_ARGV = 1024;
  static final int MAX_ENV = 1024;
  static final int MAX_MOUNTS = 128;
  static final int MAX_EXEC = 64;

  public ContainerPolicy {
    Grammar.require(Grammar.isDnsLabel(name), "name", "a DNS label", name);
    Grammar.agree(!required || role == Role.SIDECAR, "required", "only a sidecar is required");
    argv = checkedArgv(argv);
    Grammar.require(Grammar.isAbsolutePath(cwd), "cwd", "a clean absolute path", cwd);
    env = checkedEnv(env);
    capabilities = sorted(capabilities);
    mounts = checkedMounts(mounts);
    Grammar.agree(
        !tty || logs.stdout() == logs.stderr(), "logs", "a terminal has one stream of output");
    exec = checkedExec(exec);
    signals = sortedSignals(signals);
    Grammar.agree(
        signals.contains(stopSignal), "stopSignal", "it is not among the container's signals");
    Grammar.agree(
        role != Role.SIDECAR || restart == RestartPolicy.ALWAYS,
        "restart",
        "a sidecar restarts always");
    Grammar.agree(
        role != Role.INIT || restart != RestartPolicy.ALWAYS,
        "restart",
        "an init container ends with its success");
  }

  private static List<Template> checkedArgv(List<Template> argv) {
    Grammar.require(!argv.isEmpty(), "argv", "at least a program");
    Grammar.atMost(argv.size(), MAX_ARGV, "argv");
    Template program = argv.getFirst();
    Grammar.require(
        program.isFixed() && !program.parts().isEmpty(), "argv[0]", "a fixed program name");
    return List.copyOf(argv);
  }

  private static Map<String, Template> checkedEnv(Map<String, Template> env) {
    Grammar.atMost(env.size(), MAX_ENV, "env");
    for (String name : env.keySet()) {
      Grammar.require(Grammar.isEnvName(name), "env", "printable ASCII names without '='", name);
    }
    return Collections.unmodifiableMap(new TreeMap<>(env));
  }

  private static Set<Capability> sorted(Set<Capability> capabilities) {
    EnumSet<Capability> copy = EnumSet.noneOf(Capability.class);
    copy.addAll(capabilities);
    return Collections.unmodifiableSet(copy);
  }

  private static List<MountPolicy> checkedMounts(List<MountPolicy> mounts) {
    Grammar.atMost(mounts.size(), MAX_MOUNTS, "mounts");
    Map<String, MountPolicy> byPath = new TreeMap<>();
    for (MountPolicy mount : mounts) {
      if (byPath.put(mount.at(), mount) != null) {
        throw duplicate("mounts[" + mount.at() + "]", "two volumes are mounted here");
      }
    }
    return List.copyOf(byPath.values());
  }

  private static List<ExecPolicy> checkedExec(List<ExecPolicy> exec) {
    Grammar.atMost(exec.size(), MAX_EXEC, "exec");
    Map<String, ExecPolicy> byId = new TreeMap<>();
    Set<List<String>> commands = new HashSet<>();
    for (ExecPolicy command : exec) {
      if (byId.put(command.id(), command) != null) {
        throw duplicate("exec[" + command.id() + "]", "two commands have this id");
      }
      if (!commands.add(command.argv())) {
        throw duplicate("exec[" + command.id() + "]", "another entry has the same arguments");
      }
    }
    return List.copyOf(byId.values());
  }

  private static Set<Signal> sortedSignals(Set<Signal> signals) {
    TreeMap<Integer, Signal> byNumber = new TreeMap<>();
    for (Signal signal : signals) {
      byNumber.put(signal.number(), signal);
    }
    return Collections.unmodifiableSet(new java.util.LinkedHashSet<>(byNumber.values()));
  }

  private static CloisterException duplicate(String where, String what) {
    return new CloisterException(PolicyError.DUPLICATE, where, what);
  }

  Json toJson() {
    List<Json> arguments = new ArrayList<>();
    for (Template argument : argv) {
      arguments.add(argument.toJson());
    }
    return Json.object()
        .put("name", name)
        .put("role", role.word())
        .put("required", required)
        .put("image", image.toJson())
        .put("argv", Json.of(arguments))
        .put("cwd", cwd)
        .put("env", envJson())
        .put("user", user.toJson())
        .put("capabilities", words(capabilities))
        .put("noNewPrivileges", noNewPrivileges)
        .put("seccomp", seccomp.word())
        .put("procMount", procMount.word())
        .put("rootfs", rootfsJson())
        .put("mounts", mountsJson())
        .put("tty", tty)
        .put("stdin", stdin.word())
        .put("logs", logsJson())
        .put("terminationMessage", terminationJson())
        .put("exec", execJson())
        .put("signals", signalsJson())
        .put("stopSignal", stopSignal.name())
        .put("restart", restart.word())
        .put("resources", resources.toJson())
        .put("speaksAs", speaksAs.word())
        .build();
  }

  private Json envJson() {
    Json.ObjectBuilder variables = Json.object();
    for (Map.Entry<String, Template> variable : env.entrySet()) {
      variables.put(variable.getKey(), variable.getValue().toJson());
    }
    return variables.build();
  }

  private static Json words(Set<Capability> capabilities) {
    List<Json> words = new ArrayList<>();
    for (Capability capability : capabilities) {
      words.add(Json.of(capability.word()));
    }
    return Json.of(words);
  }

  private Json rootfsJson() {
    return Json.object()
        .put("readOnly", rootfs.readOnly())
        .put("upperMib", rootfs.upperMib())
        .build();
  }

  private Json mountsJson() {
    Json.ObjectBuilder places = Json.object();
    for (MountPolicy mount : mounts) {
      places.put(mount.at(), mount.toJson());
    }
    return places.build();
  }

  private Json logsJson() {
    return Json.object()
        .put("stdout", logs.stdout().word())
        .put("stderr", logs.stderr().word())
        .build();
  }

  private Json terminationJson() {
    return Json.object()
        .put("path", terminationMessage.path())
        .put("release", terminationMessage.release().word())
        .build();
  }

  private Json execJson() {
    Json.ObjectBuilder commands = Json.object();
    for (ExecPolicy command : exec) {
      commands.put(command.id(), command.toJson());
    }
    return commands.build();
  }

  private Json signalsJson() {
    List<Json> names = new ArrayList<>();
    for (Signal signal : signals) {
      names.add(Json.of(signal.name()));
    }
    return Json.of(names);
  }
}
