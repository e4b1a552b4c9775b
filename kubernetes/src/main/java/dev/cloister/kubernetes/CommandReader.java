package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ExecPolicy;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import dev.cloister.policy.Release;
import dev.cloister.policy.Signal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The commands that the host may run in a container: those of probes and hooks, of which it learns
 * the exit code only. Probes over the network are the host's own matter.
 */
final class CommandReader {

  private final EnvironmentReader environment;
  private final Map<String, Integer> ports;
  private final List<InboundPort> inbound;
  private final Map<List<String>, String> commands = new LinkedHashMap<>();

  /**
   * What is needed to read commands.
   *
   * @param ports numbers of the container's named ports
   * @param inbound ports that are open
   */
  CommandReader(
      EnvironmentReader environment, Map<String, Integer> ports, List<InboundPort> inbound) {
    this.environment = environment;
    this.ports = ports;
    this.inbound = inbound;
  }

  /** The commands of all probes and hooks; equal ones are one, whose id names them all. */
  List<ExecPolicy> read(ObjectReader container) {
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      container.object(probe, "Probe").ifPresent(reader -> readProbe(reader, probe));
    }
    List<ExecPolicy> policies = new ArrayList<>();
    container.object("lifecycle", "Lifecycle").ifPresent(this::readHooks);
    commands.forEach((argv, id) ->
        policies.add(
            container.checked("name", () -> new ExecPolicy(id, argv, Release.NONE, false, false))));
    return policies;
  }

  private void readProbe(ObjectReader probe, String id) {
    Optional<ObjectReader> exec = probe.object("exec", "ExecAction");
    exec.ifPresent(action -> {
      List<String> argv = new ArrayList<>();
      for (String argument : action.texts("command")) {
        argv.add(environment.expandStatically(action, "command", argument));
      }
      add(action, argv, id);
    });
    for (String handler : List.of("httpGet", "tcpSocket", "grpc")) {
      checkPort(probe, handler, id);
    }
  }

  private void checkPort(ObjectReader probe, String handler, String id) {
    YamlNode node = probe.any(handler).orElse(null);
    if (!(node instanceof YamlNode.Mapping mapping)) {
      return;
    }
    YamlNode.Entry entry = mapping.entries().get("port");
    if (entry == null || entry.value().isNull()) {
      throw new CloisterException(
          KubernetesError.MISSING_FIELD, probe.where(handler) + ".port", "the probe needs a port");
    }
    String port = Shapes.port(entry.value(), probe.path(handler) + ".port");
    int number = ports.getOrDefault(port, -1);
    if (number < 0 && !port.matches("[0-9]{1,5}")) {
      throw probe.bad(handler, "the container has no port called " + Words.quoted(port));
    }
    int wanted = number < 0 ? Integer.parseInt(port) : number;
    boolean open =
        inbound.stream()
            .anyMatch(p ->
                p.port() == wanted
                    && p.protocol() == Protocol.TCP
                    && p.mode() == InboundMode.PLAIN);
    if (!open) {
      probe.warn(
          WarningCode.PROBE,
          handler,
          id
              + " cannot reach port "
              + wanted
              + ", which is not open to the node: use an exec probe, or make it plain in "
              + Annotations.INBOUND);
    }
  }

  private void readHooks(ObjectReader lifecycle) {
    for (String hook : List.of("postStart", "preStop")) {
      lifecycle
          .object(hook, "LifecycleHandler")
          .flatMap(handler -> handler.object("exec", "ExecAction"))
          .ifPresent(action -> add(action, action.texts("command"), hook));
    }
    lifecycle.any("stopSignal");
  }

  private void add(ObjectReader action, List<String> argv, String id) {
    if (argv.isEmpty() || argv.getFirst().isEmpty()) {
      throw action.bad("command", "needs a program");
    }
    commands.merge(List.copyOf(argv), id, (before, more) -> before + "." + more);
  }

  /** The first signal when the container stops: the YAML's, else the image's, else SIGTERM. */
  static Signal stopSignal(ObjectReader container, ImageDefaults image) {
    Optional<ObjectReader> lifecycle = container.object("lifecycle", "Lifecycle");
    Optional<String> named = lifecycle.flatMap(reader -> reader.optionalText("stopSignal"));
    if (named.isPresent()) {
      return lifecycle.get().checked("stopSignal", () -> signal(named.get()));
    }
    return image.stopSignal().isEmpty()
        ? Signal.TERM
        : container.checked("image", () -> signal(image.stopSignal()));
  }

  private static Signal signal(String name) {
    if (name.matches("[0-9]{1,2}")) {
      return new Signal(Integer.parseInt(name));
    }
    String upper = name.toUpperCase(Locale.ROOT);
    return Signal.of(upper.startsWith("SIG") ? upper.substring(3) : upper);
  }
}
