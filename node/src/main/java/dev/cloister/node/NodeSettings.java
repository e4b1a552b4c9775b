package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a node daemon is set up. Each option of the command line can be an environment variable too:
 * {@code --cni-plugins DIR} is {@code CLOISTER_CNI_PLUGINS}.
 *
 * @param directories where it keeps things: {@code --state}, {@code --run}, {@code --cache}
 * @param network the pod network: {@code --bridge}, {@code --subnet}, {@code --cni-plugins}
 * @param guestImage directory of the guest image: {@code --guest-image}
 * @param qemu QEMU's program: {@code --qemu}
 * @param acceleration kvm or tcg: {@code --acceleration}; tried out where absent
 * @param agentTimeout how long an agent may take to its first answer: {@code --agent-timeout},
 *     seconds
 * @param vcpus processors of each VM, which are part of the launch digest: {@code --vcpus}
 */
public record NodeSettings(
    NodeDirectories directories,
    NetworkSettings network,
    Optional<Path> guestImage,
    String qemu,
    Optional<Acceleration> acceleration,
    Duration agentTimeout,
    int vcpus) {

  private static final Set<String> OPTIONS =
      Set.of(
          "state",
          "run",
          "cache",
          "bridge",
          "subnet",
          "cni-plugins",
          "guest-image",
          "qemu",
          "acceleration",
          "agent-timeout",
          "vcpus");

  public NodeSettings {
    SpecRules.range("agent-timeout", agentTimeout.toSeconds(), 1, 3600);
    SpecRules.range("vcpus", vcpus, 1, 64);
  }

  /**
   * Reads arguments, and for what they do not say the environment.
   *
   * @throws CloisterException with {@link NodeError#BAD_OPTION} or {@link NodeError#BAD_SPEC}
   */
  public static NodeSettings of(List<String> arguments, Map<String, String> environment) {
    Map<String, String> values = values(arguments, environment);
    NodeDirectories directories =
        new NodeDirectories(
            Path.of(values.getOrDefault("state", "/var/lib/cloister")),
            Path.of(values.getOrDefault("run", "/run/cloister")),
            Path.of(values.getOrDefault("cache", home(environment) + "/.cache/cloister")));
    NetworkSettings standard = NetworkSettings.DEFAULT;
    return new NodeSettings(
        directories,
        new NetworkSettings(
            values.getOrDefault("bridge", standard.bridge()),
            values.getOrDefault("subnet", standard.subnet()),
            Path.of(values.getOrDefault("cni-plugins", standard.plugins().toString()))),
        Optional.ofNullable(values.get("guest-image")).map(Path::of),
        values.getOrDefault("qemu", "qemu-system-x86_64"),
        Optional.ofNullable(values.get("acceleration")).map(NodeSettings::acceleration),
        Duration.ofSeconds(number("agent-timeout", values.getOrDefault("agent-timeout", "60"))),
        number("vcpus", values.getOrDefault("vcpus", "1")));
  }

  private static Map<String, String> values(
      List<String> arguments, Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    for (String option : OPTIONS) {
      String variable = "CLOISTER_" + option.toUpperCase(Locale.ROOT).replace('-', '_');
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        values.put(option, value);
      }
    }
    for (int i = 0; i < arguments.size(); i += 2) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--") || !OPTIONS.contains(argument.substring(2))) {
        throw bad(argument, "there is no such option");
      }
      if (i + 1 == arguments.size()) {
        throw bad(argument, "it needs a value");
      }
      values.put(argument.substring(2), arguments.get(i + 1));
    }
    return values;
  }

  private static String home(Map<String, String> environment) {
    return environment.getOrDefault("HOME", "/root");
  }

  private static Acceleration acceleration(String word) {
    for (Acceleration acceleration : Acceleration.values()) {
      if (acceleration.word().equals(word)) {
        return acceleration;
      }
    }
    throw bad("--acceleration", "must be kvm or tcg");
  }

  private static int number(String option, String text) {
    if (!text.matches("[0-9]{1,6}")) {
      throw bad("--" + option, "must be a number");
    }
    return Integer.parseInt(text);
  }

  private static CloisterException bad(String option, String why) {
    return new CloisterException(NodeError.BAD_OPTION, option, why);
  }
}
