package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.LogPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The annotations of a pod template in which an author opens what is closed by default.
 *
 * <pre>
 * cloister.dev/logs: |         # containers whose output the host may read
 *   - web: host
 * </pre>
 *
 * <p>Dashes may be left out, and {@code cloister.dev/logs: host} opens all containers. Ports are
 * read by {@link InboundReader}, peers by {@link WishReader}, what a pod is to its deployment by
 * {@link MembershipReader}.
 */
final class Annotations {

  /** What the names of all annotations of ours begin with. */
  static final String PREFIX = "cloister.dev/";

  /** Ports that may be reached; read by {@link InboundReader}. */
  static final String INBOUND = PREFIX + "inbound";

  /** Services that it connects to; read by {@link WishReader}. */
  static final String CONNECTS_TO = PREFIX + "connects-to";

  /** Hosts outside that it connects to; read by {@link WishReader}. */
  static final String EXTERNAL = PREFIX + "external";

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
      new TreeSet<>(
          Set.of(INBOUND, CONNECTS_TO, EXTERNAL, LOGS, ROLE, JOIN, SANS, SECRET, INITDATA));
  private static final String LOG_FORM = "\"host\", or lines like \"- web: host\"";

  private final PodTemplate template;
  private final AnnotationLines lines;

  Annotations(PodTemplate template) {
    this.template = template;
    this.lines = new AnnotationLines(template);
    for (Map.Entry<String, YamlNode.Entry> entry : template.annotations().entrySet()) {
      if (entry.getKey().startsWith(PREFIX) && !NAMES.contains(entry.getKey())) {
        throw new CloisterException(
            KubernetesError.ANNOTATION_WORD,
            entry.getValue().key().place().at() + " " + lines.path(entry.getKey()),
            "there is no such annotation; those of Cloister are " + String.join(", ", NAMES));
      }
    }
  }

  /** Annotations that are lines. */
  AnnotationLines lines() {
    return lines;
  }

  /** The path of an annotation. */
  String path(String name) {
    return lines.path(name);
  }

  /**
   * Who reads the output of each of the containers.
   *
   * @param containers names of all containers of the pod
   */
  Map<String, LogPolicy> logs(List<String> containers) {
    Map<String, LogPolicy> policies = new LinkedHashMap<>();
    Optional<YamlNode.Scalar> text = lines.text(LOGS);
    if (text.isPresent() && text.get().text().strip().equals("host")) {
      containers.forEach(name -> open(policies, name, text.get().place().at()));
      return policies;
    }
    for (AnnotationLines.Line line : lines.pairs(LOGS, LOG_FORM)) {
      log(policies, containers, line);
    }
    return policies;
  }

  private void log(
      Map<String, LogPolicy> policies, List<String> containers, AnnotationLines.Line line) {
    if (!containers.contains(line.key())) {
      throw lines.refuse(
          KubernetesError.ANNOTATION_REFERENCE,
          LOGS,
          line,
          "there is no container "
              + Words.quoted(line.key())
              + "; the containers are: "
              + String.join(", ", containers));
    }
    if (policies.containsKey(line.key())) {
      throw lines.refuse(
          KubernetesError.ANNOTATION_DUPLICATE, LOGS, line, line.key() + " stands twice");
    }
    switch (line.value()) {
      case "host" -> open(policies, line.key(), line.at());
      case "none" -> policies.put(line.key(), LogPolicy.CLOSED);
      default ->
          throw lines.refuse(
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
            lines.path(LOGS),
            at,
            "the host reads everything that container " + container + " prints");
  }
}
