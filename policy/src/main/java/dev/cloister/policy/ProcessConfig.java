package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The part {@code process} of an OCI runtime configuration (runtime-spec 1.1, config.md). */
final class ProcessConfig {

  /** Open files: what containerd's unit gives, without its needlessly high soft limit. */
  private static final long FILES_SOFT = 65_536;

  private static final long FILES_HARD = 1_048_576;

  /** Processes are limited by the cgroup; this is the kernel's own greatest number. */
  private static final long PROCESSES = 4_194_304;

  private ProcessConfig() {}

  static Json.Obj main(ContainerPolicy container, HostInputs inputs) {
    List<String> arguments = new ArrayList<>();
    for (Template argument : container.argv()) {
      arguments.add(argument.render(inputs.facts()));
    }
    return process(container, arguments, container.tty(), inputs);
  }

  static Json.Obj exec(ContainerPolicy container, ExecPolicy command, HostInputs inputs) {
    return process(container, command.argv(), command.tty(), inputs);
  }

  private static Json.Obj process(
      ContainerPolicy container, List<String> arguments, boolean tty, HostInputs inputs) {
    return Json.object()
        .put("terminal", tty)
        .put("user", user(container.user().ids()))
        .put("args", Json.ofStrings(arguments))
        .put("env", Json.ofStrings(environment(container, tty, inputs)))
        .put("cwd", container.cwd())
        .put("capabilities", capabilities(container.capabilities()))
        .put("noNewPrivileges", container.noNewPrivileges())
        .put("rlimits", rlimits())
        .build();
  }

  private static Json user(UserIds ids) {
    List<Json> groups = new ArrayList<>();
    for (long group : ids.groups()) {
      groups.add(Json.of(group));
    }
    return Json.object()
        .put("uid", ids.uid())
        .put("gid", ids.gid())
        .put("additionalGids", Json.of(groups))
        .build();
  }

  /** Service links below, the policy's own variables over them; {@code NAME=value} by name. */
  private static List<String> environment(
      ContainerPolicy container, boolean tty, HostInputs inputs) {
    Map<String, String> variables = new TreeMap<>();
    if (tty) {
      variables.put("TERM", "xterm");
    }
    for (ServiceLink link : inputs.links()) {
      variables.putAll(link.variables());
    }
    for (Map.Entry<String, Template> variable : container.env().entrySet()) {
      variables.put(variable.getKey(), variable.getValue().render(inputs.facts()));
    }
    List<String> environment = new ArrayList<>();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      environment.add(variable.getKey() + "=" + variable.getValue());
    }
    return environment;
  }

  /** As containerd sets them: ambient and inheritable sets are empty. */
  private static Json capabilities(Set<Capability> capabilities) {
    List<String> names = new ArrayList<>();
    for (Capability capability : capabilities) {
      names.add("CAP_" + capability.name());
    }
    return Json.object()
        .put("bounding", Json.ofStrings(names))
        .put("effective", Json.ofStrings(names))
        .put("permitted", Json.ofStrings(names))
        .put("inheritable", Json.of(List.of()))
        .put("ambient", Json.of(List.of()))
        .build();
  }

  private static Json rlimits() {
    return Json.of(
        List.of(
            rlimit("RLIMIT_CORE", 0, 0),
            rlimit("RLIMIT_NOFILE", FILES_SOFT, FILES_HARD),
            rlimit("RLIMIT_NPROC", PROCESSES, PROCESSES)));
  }

  private static Json rlimit(String type, long soft, long hard) {
    return Json.object().put("type", type).put("soft", soft).put("hard", hard).build();
  }
}
