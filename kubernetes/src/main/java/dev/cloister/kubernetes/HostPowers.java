package dev.cloister.kubernetes;

import dev.cloister.manifest.Connections;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.ExecPolicy;
import dev.cloister.policy.FileContent;
import dev.cloister.policy.FileEntry;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.NamePattern;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Range;
import dev.cloister.policy.Release;
import dev.cloister.policy.RestartPolicy;
import dev.cloister.policy.StdinPolicy;
import dev.cloister.policy.Template;
import dev.cloister.policy.TemplatePart;
import dev.cloister.policy.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a policy leaves to the host, in words, one entry for each single thing: the report shows
 * them, and a reviewer can compare two lists.
 *
 * @param see what it learns
 * @param choose what it decides
 * @param supply what it brings
 * @param reach where anyone can connect
 * @param run what it can have run in a container
 * @param write where it can put input
 * @param resize what it can change while a container runs
 * @param stop what it can end
 */
record HostPowers(
    List<String> see,
    List<String> choose,
    List<String> supply,
    List<String> reach,
    List<String> run,
    List<String> write,
    List<String> resize,
    List<String> stop) {

  /**
   * What is left to the host.
   *
   * @param connections what the manifest opens besides the policy
   */
  static HostPowers of(PodPolicy policy, Connections connections) {
    return new HostPowers(
        see(policy),
        choose(policy),
        supply(policy),
        reach(policy, connections),
        run(policy),
        write(policy),
        resize(policy),
        stop(policy));
  }

  private static List<String> see(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    for (ContainerPolicy container : policy.containers()) {
      LogPolicy logs = container.logs();
      if (logs.stdout() == Release.HOST) {
        lines.add("standard output of " + container.name());
      }
      if (logs.stderr() == Release.HOST) {
        lines.add("standard error of " + container.name());
      }
      if (container.terminationMessage().release() == Release.HOST) {
        lines.add("last message of " + container.name());
      }
    }
    lines.add("this policy, exit codes, sizes and times, who connects to whom");
    return lines;
  }

  private static List<String> choose(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    NamePattern name = policy.pod().name();
    if (!(name instanceof NamePattern.Exact)) {
      lines.add("the pod's name, as " + name.shown());
    }
    lines.add("the pod's uid, addresses and node, answers of its name servers");
    lines.add("when containers start, within their order, and the clock");
    for (ContainerPolicy container : policy.containers()) {
      TreeSet<String> facts = new TreeSet<>();
      container.env().values().forEach(value -> addFacts(value, facts));
      container.argv().forEach(value -> addFacts(value, facts));
      facts.remove("hostname");
      if (!facts.isEmpty()) {
        lines.add(String.join(", ", facts) + " in variables and arguments of " + container.name());
      }
    }
    return lines;
  }

  private static void addFacts(Template value, TreeSet<String> facts) {
    for (TemplatePart part : value.parts()) {
      if (part instanceof TemplatePart.Dynamic dynamic) {
        facts.add(dynamic.fact().word());
      }
    }
  }

  private static List<String> supply(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    for (Volume volume : policy.volumes().values()) {
      if (volume instanceof Volume.Files files) {
        int pinned = 0;
        for (Map.Entry<String, FileEntry> file : files.files().entrySet()) {
          switch (file.getValue().content()) {
            case FileContent.Pinned _ -> pinned++;
            case FileContent.Opaque _ ->
                lines.add("file " + file.getKey() + " in volume " + files.name() + " as it likes");
            case FileContent.Composed _ -> {}
          }
        }
        if (pinned > 0) {
          lines.add(
              pinned
                  + (pinned == 1 ? " file" : " files")
                  + " in volume "
                  + files.name()
                  + ", with exactly the measured content");
        }
      }
    }
    return lines;
  }

  private static List<String> reach(PodPolicy policy, Connections connections) {
    List<String> lines = new ArrayList<>();
    TreeSet<InboundPort> open = new TreeSet<>(policy.pod().network().inbound());
    connections.inbound().stream()
        .filter(port -> port.mode() != InboundMode.MESH)
        .forEach(open::add);
    for (InboundPort port : open) {
      lines.add(
          "port "
              + port.port()
              + "/"
              + port.protocol().word()
              + ", "
              + switch (port.mode()) {
                case MESH -> "by workloads that the manifest names";
                case PUBLIC -> "encrypted, without knowing who calls";
                case PLAIN -> "without encryption and without knowing who calls";
              });
    }
    return lines;
  }

  private static List<String> run(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    for (ContainerPolicy container : policy.containers()) {
      for (ExecPolicy exec : container.exec()) {
        lines.add(
            "in "
                + container.name()
                + ": "
                + ReportPage.words(exec.argv())
                + " ("
                + exec.id()
                + (exec.output() == Release.HOST ? ", output too)" : ", exit code only)"));
      }
    }
    return lines;
  }

  private static List<String> write(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    for (ContainerPolicy container : policy.containers()) {
      if (container.stdin() != StdinPolicy.NONE) {
        lines.add(
            "standard input of "
                + container.name()
                + (container.stdin() == StdinPolicy.ONCE ? ", once" : ""));
      }
    }
    return lines;
  }

  private static List<String> resize(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    for (ContainerPolicy container : policy.containers()) {
      lines.add(
          container.name()
              + ": processor "
              + range(container.resources().cpuMilli(), "m")
              + ", memory "
              + range(container.resources().memoryMib(), " MiB"));
    }
    return lines;
  }

  private static String range(Range range, String unit) {
    if (range.max() == 0) {
      return range.min() == 0 ? "at will" : "from " + range.min() + unit;
    }
    return range.min() == range.max()
        ? range.max() + unit
        : range.min() + " to " + range.max() + unit;
  }

  private static List<String> stop(PodPolicy policy) {
    List<String> lines = new ArrayList<>();
    lines.add("any container and the whole pod, at any time");
    for (ContainerPolicy container : policy.containers()) {
      if (container.restart() != RestartPolicy.NEVER) {
        lines.add(
            "and start "
                + container.name()
                + " again after "
                + (container.restart() == RestartPolicy.ALWAYS ? "any exit" : "a failure"));
      }
    }
    return lines;
  }
}
