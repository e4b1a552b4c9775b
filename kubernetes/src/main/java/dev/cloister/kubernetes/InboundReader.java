package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads which ports of a pod may be reached.
 *
 * <pre>
 * cloister.dev/inbound: |
 *   - 8080              # by workloads that connect to it, each proving who it is
 *   - 8443: public      # by everyone, encrypted
 *   - 53/udp: plain     # by everyone, unprotected
 * </pre>
 */
final class InboundReader {

  private static final int MAX_PORTS = 64;
  private static final String FORM = "lines like \"- 8080\" or \"- 8080: plain\"";

  private final PodTemplate template;
  private final AnnotationLines lines;
  private final boolean joins;

  /**
   * For one pod.
   *
   * @param joins whether it joins the deployment; only then it has a certificate to show
   */
  InboundReader(PodTemplate template, AnnotationLines lines, boolean joins) {
    this.template = template;
    this.lines = lines;
    this.joins = joins;
  }

  /** The ports that the annotation names, each once. */
  List<InboundPort> read() {
    List<InboundPort> ports = new ArrayList<>();
    for (AnnotationLines.Line line : lines.words(Annotations.INBOUND, FORM)) {
      if (ports.size() >= MAX_PORTS) {
        throw refuse(KubernetesError.ANNOTATION_SYNTAX, line, "more than " + MAX_PORTS + " ports");
      }
      InboundPort port = port(line);
      if (ports.stream().anyMatch(other -> other.compareTo(port) == 0)) {
        throw refuse(
            KubernetesError.ANNOTATION_DUPLICATE, line, "port " + line.key() + " stands twice");
      }
      ports.add(port);
      if (port.mode() == InboundMode.PLAIN) {
        warnOfPlain(port, line);
      }
    }
    return ports;
  }

  private void warnOfPlain(InboundPort port, AnnotationLines.Line line) {
    template
        .findings()
        .warn(
            WarningCode.PLAIN,
            lines.path(Annotations.INBOUND),
            line.at(),
            "port "
                + port.port()
                + "/"
                + port.protocol().word()
                + " is open to anyone, without encryption or identity");
  }

  private InboundPort port(AnnotationLines.Line line) {
    String number = line.key();
    Protocol protocol = Protocol.TCP;
    int slash = number.indexOf('/');
    if (slash >= 0) {
      protocol = protocol(number.substring(slash + 1), line);
      number = number.substring(0, slash);
    }
    if (!Ports.isNumber(number)) {
      throw refuse(
          KubernetesError.ANNOTATION_SYNTAX,
          line,
          Words.quoted(line.key()) + " is not a port: 1 to 65535, possibly with /tcp or /udp");
    }
    return new InboundPort(Integer.parseInt(number), protocol, mode(line, protocol));
  }

  private InboundMode mode(AnnotationLines.Line line, Protocol protocol) {
    InboundMode mode = line.bare() ? InboundMode.MESH : mode(line);
    if (mode != InboundMode.PLAIN && protocol == Protocol.UDP) {
      throw refuse(
          KubernetesError.ANNOTATION_CONTRADICTION,
          line,
          "the mesh carries TCP only; write \"" + line.key() + ": plain\", or leave it closed");
    }
    if (mode != InboundMode.PLAIN && !joins) {
      throw refuse(
          KubernetesError.ANNOTATION_CONTRADICTION,
          line,
          "a pod that does not join has no certificate; write \"" + line.key() + ": plain\"");
    }
    return mode;
  }

  private InboundMode mode(AnnotationLines.Line line) {
    for (InboundMode mode : InboundMode.values()) {
      if (mode.word().equals(line.value())) {
        return mode;
      }
    }
    throw refuse(
        KubernetesError.ANNOTATION_WORD,
        line,
        Words.quoted(line.value()) + " is not a mode; the modes are: mesh, public, plain");
  }

  private Protocol protocol(String word, AnnotationLines.Line line) {
    for (Protocol protocol : Protocol.values()) {
      if (protocol.word().equals(word)) {
        return protocol;
      }
    }
    throw refuse(
        KubernetesError.ANNOTATION_WORD,
        line,
        Words.quoted(word) + " is not a protocol; the protocols are: tcp, udp");
  }

  private CloisterException refuse(KubernetesError code, AnnotationLines.Line line, String detail) {
    return lines.refuse(code, Annotations.INBOUND, line, detail);
  }
}
