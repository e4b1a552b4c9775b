package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The annotations of a pod template in which an author opens what is closed by default.
 *
 * <pre>
 * cloister.dev/inbound: |      # ports that may be reached from outside the VM
 *   - 8080: plain
 *   - 53/udp: plain
 * cloister.dev/logs: |         # containers whose output the host may read
 *   - web: host
 * </pre>
 *
 * <p>Both may also be written without the dashes. {@code cloister.dev/logs: host} opens all
 * containers. What a pod is to its deployment is read by {@link MembershipReader}.
 */
final class Annotations {

  /** What the names of all annotations of ours begin with. */
  static final String PREFIX = "cloister.dev/";

  /** Ports that may be reached. */
  static final String INBOUND = PREFIX + "inbound";

  /** Containers whose output the host may read. */
  static final String LOGS = PREFIX + "logs";

  /** What the pod is to its deployment. */
  static final String ROLE = PREFIX + "role";

  /** Whether its containers wait for the Coordinator. */
  static final String JOIN = PREFIX + "join";

  /** DNS names for its certificate. */
  static final String SANS = PREFIX + "sans";

  /** Id of its workload secret. */
  static final String SECRET = PREFIX + "secret";

  /** The pod's initdata, which {@link Generator} writes. */
  static final String INITDATA = PREFIX + "initdata";

  private static final Set<String> NAMES =
      new TreeSet<>(Set.of(INBOUND, LOGS, ROLE, JOIN, SANS, SECRET, INITDATA));
  private static final int MAX_PORTS = 64;

  private final PodTemplate template;
  private final String path;

  Annotations(PodTemplate template) {
    this.template = template;
    String spec = template.spec().path();
    this.path = spec.substring(0, spec.length() - "spec".length()) + "metadata.annotations";
    for (Map.Entry<String, YamlNode.Entry> entry : template.annotations().entrySet()) {
      if (entry.getKey().startsWith(PREFIX) && !NAMES.contains(entry.getKey())) {
        throw new CloisterException(
            KubernetesError.ANNOTATION_WORD,
            entry.getValue().key().place().at() + " " + path + "[" + entry.getKey() + "]",
            "there is no such annotation; those of Cloister are " + String.join(", ", NAMES));
      }
    }
  }

  /** One line of an annotation. */
  private record Line(String key, String value, Position at) {}

  /** The path of an annotation. */
  String path(String name) {
    return path + "[" + name + "]";
  }

  /** The ports of {@link #INBOUND}, each once. */
  List<InboundPort> inbound() {
    List<InboundPort> ports = new ArrayList<>();
    for (Line line : lines(INBOUND)) {
      if (ports.size() >= MAX_PORTS) {
        throw refuse(
            KubernetesError.ANNOTATION_SYNTAX, INBOUND, line, "more than " + MAX_PORTS + " ports");
      }
      InboundPort port = port(line);
      for (InboundPort other : ports) {
        if (other.compareTo(port) == 0) {
          throw refuse(
              KubernetesError.ANNOTATION_DUPLICATE,
              INBOUND,
              line,
              "port " + line.key() + " stands twice");
        }
      }
      ports.add(port);
      template
          .findings()
          .warn(
              WarningCode.PLAIN,
              path(INBOUND),
              line.at(),
              "port "
                  + port.port()
                  + "/"
                  + port.protocol().word()
                  + " is open to anyone, without encryption or identity");
    }
    return ports;
  }

  private InboundPort port(Line line) {
    String number = line.key();
    Protocol protocol = Protocol.TCP;
    int slash = number.indexOf('/');
    if (slash >= 0) {
      protocol = protocol(number.substring(slash + 1), line);
      number = number.substring(0, slash);
    }
    boolean good = number.matches("[1-9][0-9]{0,4}") && Integer.parseInt(number) <= 65_535;
    if (!good) {
      throw refuse(
          KubernetesError.ANNOTATION_SYNTAX,
          INBOUND,
          line,
          Words.quoted(line.key()) + " is not a port: 1 to 65535, possibly with /tcp or /udp");
    }
    if (InboundMode.PLAIN.word().equals(line.value())) {
      return new InboundPort(Integer.parseInt(number), protocol, InboundMode.PLAIN);
    }
    throw refuse(
        KubernetesError.ANNOTATION_WORD,
        INBOUND,
        line,
        Words.quoted(line.value()) + " is not a mode; the modes are: plain");
  }

  private Protocol protocol(String word, Line line) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.word().equals(word)) {
        return protocol;
      }
    }
    throw refuse(
        KubernetesError.ANNOTATION_WORD,
        INBOUND,
        line,
        Words.quoted(word) + " is not a protocol; the protocols are: tcp, udp");
  }

  /**
   * Who reads the output of each of the containers.
   *
   * @param containers names of all containers of the pod
   */
  Map<String, LogPolicy> logs(List<String> containers) {
    Map<String, LogPolicy> policies = new LinkedHashMap<>();
    YamlNode.Entry entry = template.annotations().get(LOGS);
    if (entry != null && entry.value() instanceof YamlNode.Scalar scalar) {
      if (scalar.text().strip().equals("host")) {
        containers.forEach(name -> open(policies, name, scalar.place().at()));
        return policies;
      }
      for (Line line : lines(LOGS)) {
        log(policies, containers, line);
      }
    }
    return policies;
  }

  private void log(Map<String, LogPolicy> policies, List<String> containers, Line line) {
    if (!containers.contains(line.key())) {
      throw refuse(
          KubernetesError.ANNOTATION_REFERENCE,
          LOGS,
          line,
          "there is no container "
              + Words.quoted(line.key())
              + "; the containers are: "
              + String.join(", ", containers));
    }
    if (policies.containsKey(line.key())) {
      throw refuse(KubernetesError.ANNOTATION_DUPLICATE, LOGS, line, line.key() + " stands twice");
    }
    switch (line.value()) {
      case "host" -> open(policies, line.key(), line.at());
      case "none" -> policies.put(line.key(), LogPolicy.CLOSED);
      default ->
          throw refuse(
              KubernetesError.ANNOTATION_WORD,
              LOGS,
              line,
              Words.quoted(line.value()) + " does not say who reads; the words are: host, none");
    }
  }

  private void open(Map<String, LogPolicy> policies, String container, Position at) {
    policies.put(container, LogPolicy.OPEN);
    template
        .findings()
        .warn(
            WarningCode.LOGS,
            path(LOGS),
            at,
            "the host reads everything that container " + container + " prints");
  }

  /** The lines of an annotation's text: a YAML mapping, or a list of mappings. */
  private List<Line> lines(String name) {
    YamlNode.Entry entry = template.annotations().get(name);
    if (entry == null || !(entry.value() instanceof YamlNode.Scalar scalar)) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    for (YamlNode document : documents(name, scalar)) {
      switch (document) {
        case YamlNode.Mapping mapping -> addAll(lines, name, scalar, mapping);
        case YamlNode.Sequence sequence -> {
          for (YamlNode element : sequence.elements()) {
            addElement(lines, name, scalar, element);
          }
        }
        case YamlNode.Scalar _ -> throw notLines(name, scalar, document);
      }
    }
    return lines;
  }

  private void addElement(List<Line> lines, String name, YamlNode.Scalar scalar, YamlNode element) {
    if (!(element instanceof YamlNode.Mapping mapping) || mapping.entries().size() != 1) {
      throw notLines(name, scalar, element);
    }
    addAll(lines, name, scalar, mapping);
  }

  private void addAll(
      List<Line> lines, String name, YamlNode.Scalar scalar, YamlNode.Mapping mapping) {
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!(entry.value() instanceof YamlNode.Scalar value)) {
            throw notLines(name, scalar, entry.value());
          }
          lines.add(new Line(key, value.text(), at(scalar, entry.key().place().at())));
        });
  }

  private List<YamlNode> documents(String name, YamlNode.Scalar scalar) {
    SourceFile text = SourceFile.of("annotation", scalar.text());
    try {
      return YamlDocuments.parse(text, YamlBudget.ANNOTATION).documents();
    } catch (CloisterException e) {
      KubernetesError code =
          e.code() == KubernetesError.YAML_DUPLICATE_KEY
              ? KubernetesError.ANNOTATION_DUPLICATE
              : KubernetesError.ANNOTATION_SYNTAX;
      throw new CloisterException(code, scalar.place().at() + " " + path(name), e.detail(), e);
    }
  }

  private CloisterException notLines(String name, YamlNode.Scalar scalar, YamlNode node) {
    return new CloisterException(
        KubernetesError.ANNOTATION_SYNTAX,
        at(scalar, node.place().at()) + " " + path(name),
        name.equals(INBOUND)
            ? "must be lines like \"- 8080: plain\""
            : "must be \"host\", or lines like \"- web: host\"");
  }

  private CloisterException refuse(KubernetesError code, String name, Line line, String detail) {
    return new CloisterException(code, line.at() + " " + path(name), detail);
  }

  /** Lines of a block scalar follow each other in the file; other scalars have one place. */
  private static Position at(YamlNode.Scalar scalar, Position within) {
    Position at = scalar.place().at();
    return scalar.style() == YamlNode.Style.LINES
        ? new Position(at.file(), at.line() + within.line(), 1)
        : at;
  }
}
