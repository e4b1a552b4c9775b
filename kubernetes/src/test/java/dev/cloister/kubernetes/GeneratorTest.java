package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.PodPolicy;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {

  private static final Floor FLOOR =
      new Floor(Bytes.ofUtf8("root").sha256(), new Head(3, Bytes.ofUtf8("three").sha256()));

  private static final String PINNED =
      "registry.example/tool:1@sha256:"
          + Bytes.ofUtf8("manifest of registry.example/tool:1").sha256().toHex();

  private static String rewritten(String yaml) {
    return Samples.generate(yaml).files().getFirst().content().toUtf8();
  }

  private static String withoutInitdata(String yaml) {
    Generation generation = Samples.generate(yaml);
    String initdata = generation.workloads().getFirst().initdata().document().toBase64();
    return generation.files().getFirst().content().toUtf8().replace(initdata, "INITDATA");
  }

  @Test
  void putsTheDeploymentAndThePolicyIntoTheInitdata() {
    GeneratedWorkload workload = Samples.workload(Samples.podWith());
    Initdata initdata = Initdata.parse(workload.initdata().document());
    assertThat(initdata.deployment().pin()).isEqualTo(Samples.deployment().pin());
    assertThat(PodPolicy.parse(initdata.policy())).isEqualTo(workload.policy());
  }

  @Test
  void givesTheSameAgainFromItsOwnOutput() {
    Generation first = Samples.generate(Samples.podWith("args: [x]"));
    Generation second = Samples.generator().generate(first.files());
    assertThat(second.files()).isEqualTo(first.files());
    assertThat(second.workloads().getFirst().initdata())
        .isEqualTo(first.workloads().getFirst().initdata());
  }

  @Test
  void givesEqualOutputsForEqualInputs() {
    assertThat(Samples.generate(Samples.podWith())).isEqualTo(Samples.generate(Samples.podWith()));
  }

  @Test
  void givesEqualPoliciesWhateverTheYamlLooksLike() {
    String json =
        "{\"kind\": \"Pod\", \"spec\": {\"containers\": [{\"image\": \"registry.example/tool:1\","
            + " \"name\": \"main\"}]}, \"apiVersion\": \"v1\", \"metadata\": {\"name\": \"web\"}}";
    assertThat(Samples.workload(json).policy())
        .isEqualTo(Samples.workload(Samples.podWith()).policy());
  }

  @Test
  void replacesAnOldInitdataWhenThePodChanged() {
    String old = rewritten(Samples.podWith("args: [one]"));
    String changed = rewritten(old.replace("args: [one]", "args: [two]"));
    assertThat(changed).isEqualTo(rewritten(Samples.podWith("args: [two]")));
  }

  @Test
  void keepsCommentsOrderQuotesAndLineEnds() {
    String yaml =
        """
        # head
        kind: Pod   # a pod
        apiVersion: 'v1'

        spec:
          # of the containers
          containers:
          -   image:   'registry.example/tool:1'     # image
              name: "main"
        metadata: # about
          # its name
          name: web
        # end
        """
            .replace("\n", "\r\n");
    String expected =
        yaml.replace("tool:1'", PINNED.substring("registry.example/".length()) + "'")
            .replace(
                "  # of the containers", "  runtimeClassName: cloister\r\n  # of the containers")
            .replace(
                "  # its name",
                "  annotations:\r\n    cloister.dev/initdata: \"INITDATA\"\r\n  # its name");
    assertThat(withoutInitdata(yaml)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metadata: {name: web}",
        "metadata: {name: web, annotations: {}}",
        "metadata: {name: web, annotations: {a: b}}",
        "metadata: {name: web, annotations: null}",
        "metadata: {name: web, annotations: {cloister.dev/initdata: }}",
        "metadata: {name: web, annotations: {cloister.dev/initdata: 'old'}}",
        "metadata:\n  name: web\n  annotations:",
        "metadata:\n  name: web\n  annotations: ~",
        "metadata:\n  name: web\n  annotations:\n    a: b",
        "metadata:\n  name: web\n  annotations:\n    cloister.dev/initdata: old",
        "metadata:\n  name: web\n  annotations:\n    cloister.dev/initdata:",
        "metadata:\n  name: web\n  annotations: {\n    a: b}",
        "metadata: {\"name\":\"web\"}"
      })
  void findsAPlaceForTheAnnotation(String metadata) {
    String yaml =
        "apiVersion: v1\nkind: Pod\n"
            + metadata
            + "\nspec: {containers: [{name: main, image: registry.example/tool:1}]}\n";
    Generation generation = Samples.generate(yaml);
    YamlDocuments written = YamlDocuments.parse(generation.files().getFirst(), YamlBudget.FILE);
    assertThat(written.documents()).hasSize(1);
    assertThat(generation.files().getFirst().content().toUtf8())
        .contains("runtimeClassName: cloister")
        .contains("image: " + PINNED)
        .contains(generation.workloads().getFirst().initdata().document().toBase64());
  }

  @Test
  void makesTheMetadataOfATemplateThatHasNone() {
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              containers:
              - name: main
                image: registry.example/tool:1
        """;
    assertThat(withoutInitdata(yaml))
        .contains(
            """
              template:
                metadata:
                  annotations:
                    cloister.dev/initdata: "INITDATA"
                spec:
                  runtimeClassName: cloister
                  containers:
            """);
  }

  @Test
  void pinsAnAliasedImageOnlyWhereItIsUsed() {
    String yaml =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          containers:
          - name: main
            args: [&image "registry.example/tool:1"]
            image: *image
        """;
    assertThat(rewritten(yaml))
        .contains("args: [&image \"registry.example/tool:1\"]\n")
        .contains("image: " + PINNED);
  }

  @Test
  void refusesToWriteWhereAnAnchorSharesThePlace() {
    Samples.assertCode(
        KubernetesError.NOT_REWRITABLE,
        () -> rewritten(Samples.podWith().replace("image: ", "image: &a ")));
    Samples.assertCode(
        KubernetesError.NOT_REWRITABLE,
        () ->
            rewritten(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  template: &t
                    spec: {containers: [{name: main, image: registry.example/tool:1}]}
                """));
    Samples.assertCode(
        KubernetesError.NOT_REWRITABLE,
        () ->
            rewritten(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: a}
                spec: &s
                  containers: [{name: main, image: registry.example/tool:1}]
                """));
  }

  @Test
  void leavesFilesAndDocumentsOfOthersAlone() {
    SourceFile other =
        SourceFile.of(
            "other.yaml",
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: s}
            ---
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: c}
            """);
    Generation generation =
        Samples.generator().generate(List.of(other, SourceFile.of("pod.yaml", Samples.podWith())));
    assertThat(generation.files().getFirst()).isSameAs(other);
    assertThat(generation.notes())
        .containsExactly(
            "other.yaml:1:1 Secret/s: passed through; pods of this deployment cannot read it",
            "other.yaml:5:1 StorageClass/c: passed through; it is not part of any policy");
  }

  @Test
  void findsServicesAndTheirPods() {
    Generation generation =
        Samples.generate(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{port: 80, targetPort: http}, {name: dns, port: 53, protocol: UDP}]
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {app: web, more: x}}
            spec: {containers: [{name: main, image: registry.example/tool:1}]}
            """);
    ServiceObject service = generation.services().getFirst();
    assertThat(service.selects(generation.workloads().getFirst().labels())).isTrue();
    assertThat(service.selects(Map.of("app", "db"))).isFalse();
    assertThat(service.ports())
        .containsExactly(
            new ServiceObject.Port("", "TCP", 80, "http"),
            new ServiceObject.Port("dns", "UDP", 53, "53"));
  }

  @Test
  void givesTheHostTheBytesOfItsFiles() {
    GeneratedWorkload workload =
        Samples.workload(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: c}
            data: {a: "1"}
            binaryData: {b: AAEC}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec:
              volumes:
              - {name: v, configMap: {name: c}}
              - {name: w, configMap: {name: c, items: [{key: b, path: x/y}]}}
              containers: [{name: main, image: registry.example/tool:1}]
            """);
    assertThat(workload.files())
        .isEqualTo(
            Map.of(
                "v", Map.of("a", Bytes.ofUtf8("1"), "b", Bytes.ofHex("000102")),
                "w", Map.of("x/y", Bytes.ofHex("000102"))));
  }

  @Test
  void resolvesOneReferenceOnceInARun() {
    List<String> asked = new java.util.ArrayList<>();
    Generator generator =
        new Generator(
            Samples.deployment(),
            reference -> {
              asked.add(reference);
              return Samples.image(reference, Samples.SHELL);
            },
            "default");
    generator.generate(
        List.of(
            SourceFile.of(
                "pod.yaml",
                Samples.podWith() + "  - {name: again, image: registry.example/tool:1}\n")));
    assertThat(asked).containsExactly("registry.example/tool:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Pod", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"})
  void namesPodsAsThePolicyAllows(String kind) {
    String spec = "{containers: [{name: main, image: a}], restartPolicy: RESTART}";
    String template = "{template: {spec: " + spec + "}}";
    String body =
        switch (kind) {
          case "Pod" -> spec;
          case "CronJob" -> "{schedule: x, jobTemplate: {spec: " + template + "}}";
          case "StatefulSet" -> "{replicas: 3, template: {spec: " + spec + "}}";
          default -> template;
        };
    boolean job = kind.endsWith("Job");
    String version = kind.equals("Pod") ? "v1" : job ? "batch/v1" : "apps/v1";
    String name = "web-" + "x".repeat(59);
    GeneratedWorkload workload =
        Samples.workload(
            ("apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: " + name + "}\n")
                + "spec: "
                + body.replace("RESTART", job ? "Never" : "Always"));
    for (int replica = 0; replica < 3; replica++) {
      assertThat(workload.policy().pod().name().matches(workload.podName(replica)))
          .as(workload.podName(replica))
          .isTrue();
    }
    assertThat(workload.podName(1)).isEqualTo(workload.podName(1));
  }

  private static Generation generate(UnaryOperator<Initdata> floors, SourceFile file) {
    return Samples.generator().withFloors(floors).generate(List.of(file));
  }

  @Test
  void writesTheFloorThatIsChosen() {
    Generation made =
        generate(pod -> pod.withFloor(FLOOR), SourceFile.of("pod.yaml", Samples.podWith()));
    GeneratedWorkload workload = made.workloads().getFirst();
    assertThat(workload.initdata().floor()).contains(FLOOR);
    assertThat(workload.policy()).isEqualTo(Samples.workload(Samples.podWith()).policy());
  }

  @Test
  void keepsTheFloorOfAnAnnotationWithTheSamePolicyOnly() {
    SourceFile annotated =
        generate(pod -> pod.withFloor(FLOOR), SourceFile.of("pod.yaml", Samples.podWith()))
            .files()
            .getFirst();
    Generation again = generate(UnaryOperator.identity(), annotated);
    assertThat(again.files()).containsExactly(annotated);
    String changed = annotated.content().toUtf8().replace("name: main", "name: other");
    Generation other = generate(UnaryOperator.identity(), SourceFile.of("pod.yaml", changed));
    assertThat(other.workloads().getFirst().initdata().floor()).isEmpty();
  }
}
