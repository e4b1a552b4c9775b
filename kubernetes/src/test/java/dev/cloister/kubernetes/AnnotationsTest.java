package dev.cloister.kubernetes;

import static dev.cloister.kubernetes.Samples.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnotationsTest {

  private static final String INBOUND = "metadata.annotations[cloister.dev/inbound]";
  private static final String LOGS = "metadata.annotations[cloister.dev/logs]";

  /** A pod whose annotation begins in line 6. */
  private static String pod(String annotation) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      annotations:
    ANNOTATION
        cloister.dev/join: "false"
    spec:
      containers:
      - {name: web, image: registry.example/tool:1}
      - {name: db, image: registry.example/tool:1}
    """
        .replace("ANNOTATION", annotation.indent(4).stripTrailing());
  }

  private static PodPolicy policy(String annotation) {
    return Samples.workload(pod(annotation)).policy();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cloister.dev/inbound: |\n  - 8080: plain\n  - 53/udp: plain",
        "cloister.dev/inbound: |\n  53/udp: plain\n  # the web\n  8080/tcp: plain",
        "cloister.dev/inbound: '{8080: plain, 53/udp: plain}'",
        "cloister.dev/inbound: \"- 53/udp: plain\\n- 8080: plain\\n\""
      })
  void opensPorts(String annotation) {
    assertThat(policy(annotation).pod().network().inbound())
        .containsExactly(
            new InboundPort(53, Protocol.UDP, InboundMode.PLAIN),
            new InboundPort(8080, Protocol.TCP, InboundMode.PLAIN));
  }

  @Test
  void opensNothingByDefault() {
    PodPolicy policy = policy("other: x");
    assertThat(policy.pod().network().inbound()).isEmpty();
    assertThat(policy.container("web").logs()).isEqualTo(LogPolicy.CLOSED);
  }

  @Test
  void opensLogsOfTheContainersNamed() {
    PodPolicy policy = policy("cloister.dev/logs: |\n  - web: host\n  - db: none");
    assertThat(policy.container("web").logs()).isEqualTo(LogPolicy.OPEN);
    assertThat(policy.container("db").logs()).isEqualTo(LogPolicy.CLOSED);
    assertThat(policy("cloister.dev/logs: host").container("db").logs()).isEqualTo(LogPolicy.OPEN);
  }

  @Test
  void refusesAPortTwiceAndNamesTheLine() {
    assertRefused(
        KubernetesError.ANNOTATION_DUPLICATE,
        "pod.yaml:8:1 " + INBOUND,
        "port 80/tcp stands twice",
        () -> policy("cloister.dev/inbound: |\n  - 80: plain\n  - 80/tcp: plain"));
    Samples.assertCode(
        KubernetesError.ANNOTATION_DUPLICATE,
        () -> policy("cloister.dev/inbound: |\n  80: plain\n  80: plain"));
  }

  @Test
  void refusesUnknownWordsAndListsTheKnown() {
    assertRefused(
        KubernetesError.ANNOTATION_WORD,
        "pod.yaml:7:1 " + INBOUND,
        "the modes are: mesh, public, plain",
        () -> policy("cloister.dev/inbound: |\n  - 80: open"));
    assertRefused(
        KubernetesError.ANNOTATION_WORD,
        "pod.yaml:7:1 " + INBOUND,
        "the protocols are: tcp, udp",
        () -> policy("cloister.dev/inbound: |\n  - 80/icmp: plain"));
    assertRefused(
        KubernetesError.ANNOTATION_WORD,
        "pod.yaml:7:1 " + LOGS,
        "the words are: host, none",
        () -> policy("cloister.dev/logs: |\n  - web: everybody"));
    assertRefused(
        KubernetesError.ANNOTATION_WORD,
        "pod.yaml:6:5 metadata.annotations[cloister.dev/inbond]",
        "there is no such annotation",
        () -> policy("cloister.dev/inbond: x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "080", "0x50", "http", "80/", "99999999999"})
  void refusesWhatIsNoPort(String port) {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> policy("cloister.dev/inbound: |\n  - " + port + ": plain")))
        .hasMessageContaining("pod.yaml:7:1 " + INBOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80:",
        "[80, ]]",
        "8080,",
        "[{80: plain, 81: plain}]",
        "{80: [plain]}",
        "[[80]]",
        "{80: plain",
        "a: &a b",
        "- 80: plain\\n---\\n- 81: plain"
      })
  void refusesOtherForms(String text) {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> policy("cloister.dev/inbound: \"" + text + "\"")))
        .isInstanceOf(dev.cloister.encoding.CloisterException.class)
        .hasMessageContaining("CL-KUB-20")
        .hasMessageContaining("pod.yaml:6:27 " + INBOUND);
  }

  @Test
  void refusesAContainerThatIsNotThere() {
    assertRefused(
        KubernetesError.ANNOTATION_REFERENCE,
        "pod.yaml:7:1 " + LOGS,
        "the containers are: web, db",
        () -> policy("cloister.dev/logs: |\n  - wbe: host"));
  }

  @Test
  void refusesMoreThan64Ports() {
    StringBuilder lines = new StringBuilder("cloister.dev/inbound: |");
    for (int port = 1; port <= 65; port++) {
      lines.append("\n  - ").append(port).append(": plain");
    }
    Samples.assertCode(KubernetesError.ANNOTATION_SYNTAX, () -> policy(lines.toString()));
  }

  @Test
  void refusesAnAnnotationWhereItHasNoEffect() {
    assertRefused(
        KubernetesError.ANNOTATION_PLACE,
        "pod.yaml:5:17 metadata.annotations[cloister.dev/inbound]",
        () ->
            Samples.generate(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  annotations: {cloister.dev/inbound: "80: plain"}
                spec: {template: {spec: {containers: [{name: a, image: b}]}}}
                """));
  }
}
