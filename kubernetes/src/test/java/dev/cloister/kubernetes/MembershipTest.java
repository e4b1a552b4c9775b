package dev.cloister.kubernetes;

import static dev.cloister.kubernetes.Samples.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.policy.PodRole;
import dev.cloister.policy.SpeaksAs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a pod takes part in its deployment: annotations, policy, manifest entry and report agree. */
class MembershipTest {

  private static String path(String name) {
    return "metadata.annotations[cloister.dev/" + name + "]";
  }

  /** A pod whose first annotation is in line 6. */
  private static GeneratedWorkload pod(String... annotations) {
    return Samples.workload(yaml(annotations));
  }

  private static String yaml(String... annotations) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      annotations:
    ANNOTATIONS
    spec:
      initContainers:
      - {name: setup, image: registry.example/tool:1}
      containers:
      - {name: web, image: registry.example/tool:1}
    """
        .replace("ANNOTATIONS", String.join("\n", annotations).indent(4).stripTrailing());
  }

  private static String report(GeneratedWorkload workload) {
    return AuditReport.of(workload, List.of()).text();
  }

  @Test
  void joinsUnlessItSaysOtherwise() {
    GeneratedWorkload workload = pod("other: x");
    assertThat(workload.membership()).isEqualTo(Membership.STANDARD);
    assertThat(workload.policy().pod().join()).isTrue();
    assertThat(workload.policy().pod().role()).isEqualTo(PodRole.WORKLOAD);
    assertThat(report(workload)).contains("Takes part").contains("once the Coordinator accepts it");
    assertThat(pod("cloister.dev/join: \"true\"").policy()).isEqualTo(workload.policy());
  }

  @Test
  void doesNotJoinWhereItSaysSo() {
    GeneratedWorkload workload = pod("cloister.dev/join: \"false\"");
    assertThat(workload.policy().pod().join()).isFalse();
    assertThat(workload.warnings())
        .anySatisfy(warning -> {
          assertThat(warning.code()).isEqualTo(WarningCode.NO_JOIN);
          assertThat(warning.path()).isEqualTo(path("join"));
        });
    assertThat(report(workload)).contains("W-NO-JOIN");
  }

  @Test
  void givesTheCoordinatorsAppItsVoiceAndNoOtherContainer() {
    GeneratedWorkload workload = pod("cloister.dev/role: coordinator");
    assertThat(workload.policy().pod().role()).isEqualTo(PodRole.COORDINATOR);
    assertThat(workload.policy().pod().join()).isFalse();
    assertThat(workload.policy().container("web").speaksAs()).isEqualTo(SpeaksAs.COORDINATOR);
    assertThat(workload.policy().container("setup").speaksAs()).isEqualTo(SpeaksAs.WORKLOAD);
    assertThat(workload.warnings()).noneMatch(warning -> warning.code() == WarningCode.NO_JOIN);
    assertThat(workload.entry(List.of("one")).role()).isEqualTo(WorkloadRole.COORDINATOR);
    assertThat(report(workload)).contains("as the Coordinator of the deployment");
  }

  @Test
  void derivesTheExampleOfACoordinator() throws Exception {
    Path yaml = Path.of("..", "examples", "coordinator", "coordinator.yaml");
    Bytes content = Bytes.of(Files.readAllBytes(yaml));
    Generation generation =
        Samples.generator().generate(List.of(new SourceFile("coordinator.yaml", content)));
    GeneratedWorkload workload = generation.workloads().getFirst();
    assertThat(workload.policy().pod().role()).isEqualTo(PodRole.COORDINATOR);
    assertThat(workload.policy().container("coordinator").speaksAs())
        .isEqualTo(SpeaksAs.COORDINATOR);
    assertThat(workload.entry(List.of("one")).role()).isEqualTo(WorkloadRole.COORDINATOR);
    assertThat(report(workload)).contains("7443", "7444");
  }

  @Test
  void writesNamesAndSecretIntoTheManifestsEntry() {
    GeneratedWorkload workload =
        pod("cloister.dev/sans: \"a.example, b.example\"", "cloister.dev/secret: db/main");
    assertThat(workload.entry(List.of("one")))
        .isEqualTo(
            new Workload(
                workload.initdata().digest(),
                "web",
                "default",
                WorkloadRole.WORKLOAD,
                List.of("one"),
                List.of("a.example", "b.example"),
                "db/main"));
    assertThat(report(workload)).contains("also as a.example, b.example").contains("one, db/main");
  }

  @Test
  void namesAndSecretAreNotPartOfThePolicy() {
    assertThat(pod("cloister.dev/sans: a.example").policy()).isEqualTo(pod("other: x").policy());
  }

  @Test
  void refusesUnknownWordsWithFileAndLine() {
    assertRefused(
        KubernetesError.ANNOTATION_WORD,
        "pod.yaml:6:24 " + path("role"),
        "the roles are: workload, coordinator",
        () -> pod("cloister.dev/role: Coordinator"));
    assertRefused(
        KubernetesError.ANNOTATION_WORD,
        "pod.yaml:6:24 " + path("join"),
        "the words are: \"true\", \"false\"",
        () -> pod("cloister.dev/join: \"no\""));
  }

  @Test
  void refusesAnAnswerWithoutQuotesAsKubernetesDoes() {
    assertRefused(
        KubernetesError.WRONG_TYPE,
        "pod.yaml:6:24 " + path("join"),
        () -> pod("cloister.dev/join: false"));
  }

  @Test
  void refusesACoordinatorThatJoinsOrWantsSomething() {
    assertRefused(
        KubernetesError.ANNOTATION_CONTRADICTION,
        "pod.yaml:7:24 " + path("join"),
        () -> pod("cloister.dev/role: coordinator", "cloister.dev/join: \"true\""));
    assertRefused(
        KubernetesError.ANNOTATION_CONTRADICTION,
        "pod.yaml:7:24 " + path("sans"),
        () -> pod("cloister.dev/role: coordinator", "cloister.dev/sans: a.example"));
    assertRefused(
        KubernetesError.ANNOTATION_CONTRADICTION,
        "pod.yaml:7:26 " + path("secret"),
        () -> pod("cloister.dev/role: coordinator", "cloister.dev/secret: db"));
  }

  @Test
  void refusesNamesForAPodThatDoesNotJoin() {
    assertRefused(
        KubernetesError.ANNOTATION_CONTRADICTION,
        "pod.yaml:7:24 " + path("sans"),
        "a pod that does not join",
        () -> pod("cloister.dev/join: \"false\"", "cloister.dev/sans: a.example"));
  }

  @Test
  void refusesACoordinatorWithTwoApps() {
    Samples.assertCode(
        KubernetesError.BAD_VALUE,
        () ->
            Samples.workload(
                yaml("cloister.dev/role: coordinator")
                    + "  - {name: api, image: registry.example/tool:1}\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.example,",
        "a.example b.example",
        "*.example",
        "A.example",
        "10.0.0.1",
        "a.example,a.example",
        "kv.shop.id.cloister.internal"
      })
  void refusesWhatIsNoName(String sans) {
    assertRefused(
        KubernetesError.ANNOTATION_SYNTAX,
        "pod.yaml:6:24 " + path("sans"),
        () -> pod("cloister.dev/sans: \"" + sans + "\""));
  }

  @Test
  void refusesMoreThan64Names() {
    StringBuilder names = new StringBuilder("n0.example");
    for (int i = 1; i <= 64; i++) {
      names.append(",n").append(i).append(".example");
    }
    assertRefused(
        KubernetesError.ANNOTATION_SYNTAX,
        "pod.yaml:6:24 " + path("sans"),
        "more than 64",
        () -> pod("cloister.dev/sans: \"" + names + "\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Db", "/db", "db/", "d b"})
  void refusesWhatIsNoSecretId(String secret) {
    assertRefused(
        KubernetesError.ANNOTATION_SYNTAX,
        "pod.yaml:6:26 " + path("secret"),
        () -> pod("cloister.dev/secret: \"" + secret + "\""));
  }
}
