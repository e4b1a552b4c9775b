package dev.cloister.kubernetes;

import static dev.cloister.kubernetes.Samples.assertRefused;
import static dev.cloister.kubernetes.Samples.generate;
import static dev.cloister.kubernetes.Samples.podSpec;
import static dev.cloister.kubernetes.Samples.podWith;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a pod cannot have is refused with its code, file, line, column, path and remedy. */
class RefusedPodsTest {

  private static final String MAIN = "pod.yaml:9:5 spec.containers[0].";

  /** {@code ;} separates lines. Each is added to the container, whose first new line is line 9. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "commnad: [x] | UNKNOWN_FIELD | commnad | did you mean command?",
        "livenessProbe: {exec: {command: []}} | BAD_VALUE | - | needs a program",
        "livenessProbe: {httpGet: {port: web}} | BAD_VALUE | - | no port called \"web\"",
        "livenessProbe: {httpGet: {prot: 1}} | UNKNOWN_FIELD | - | did you mean port?",
        "livenessProbe: {httpGet: {}} | MISSING_FIELD | - | needs a port",
        "command: sleep | WRONG_TYPE | - | must be a list, is a text",
        "command: [sleep, 30] | WRONG_TYPE | - | is a number (\"30\"); write it in quotes",
        "env: [{name: A, value: yes}] | WRONG_TYPE | - | is a truth value (\"yes\"); write it in quotes",
        "env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: metadata.name}}}] | BAD_VALUE | - | exclude each other",
        "env: [{name: A, valueFrom: {}}] | BAD_VALUE | - | exactly one source",
        "env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}] | SECRET | - | known to the host",
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}] | BAD_VALUE | - | not a field of the downward API",
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['x']\"}}}] | BAD_VALUE | - | the host would choose",
        "env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}] | BAD_VALUE | - | add ['NAME']",
        "env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}] | BAD_VALUE | - | no such limit",
        "env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k}}}] | MISSING_OBJECT | - | no file has ConfigMap \"c\"",
        "env: [{name: A=B, value: x}] | BAD_VALUE | - | names without '='",
        "envFrom: [{secretRef: {name: s}}] | SECRET | - | known to the host",
        "envFrom: [{configMapRef: {name: c}}] | MISSING_OBJECT | - | no file has ConfigMap \"c\"",
        "command: [\"$(A)\"];env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.podIP}}}] | BAD_VALUE | - | the host would choose the program",
        "workingDir: tmp | BAD_VALUE | - | is not absolute",
        "resources: {limits: {cpu: lots}} | BAD_VALUE | - | not a quantity",
        "resources: {limits: {cpu: 1}, requests: {cpu: 2}} | BAD_VALUE | - | more cpu is requested",
        "resources: {limits: {nvidia.com/gpu: 1}} | REFUSED_FIELD | - | devices of the node",
        "resources: {limits: {hugepages-2Mi: 1Gi}} | REFUSED_FIELD | - | huge pages",
        "securityContext: {privileged: true} | REFUSED_FIELD | - | add the single capabilities",
        "securityContext: {procMount: Unmasked} | REFUSED_FIELD | - | only Default",
        "securityContext: {runAsNonRoot: true} | BAD_VALUE | - | set runAsUser",
        "securityContext: {runAsUser: -1} | BAD_VALUE | - | must be from 0",
        "securityContext: {capabilities: {add: [FLY]}} | BAD_VALUE | - | not a capability",
        "securityContext: {seccompProfile: {type: Localhost}} | REFUSED_FIELD | - | only RuntimeDefault",
        "volumeMounts: [{name: v, mountPath: /v}] | MISSING_OBJECT | - | no volume \"v\"",
        "volumeDevices: [{name: v, devicePath: /dev/v}] | REFUSED_FIELD | - | block volumes",
        "restartPolicy: Sometimes | BAD_VALUE | - | Always, OnFailure or Never",
        "ports: [{containerPort: 70000}] | BAD_VALUE | - | must be from 1 to 65535",
        "ports: [{containerPort: 1, protocol: ICMP}] | BAD_VALUE | - | TCP, UDP or SCTP",
        "terminationMessagePath: / | BAD_VALUE | - | below the root",
        "lifecycle: {stopSignal: SIGNOTHING} | BAD_VALUE | - | a signal's name",
        "targetContainerName: x | REFUSED_FIELD | - | ephemeral"
      })
  void refusesAContainerWith(String lines, KubernetesError code, String where, String detail) {
    String yaml = podWith(lines.split(";"));
    if (where.equals("-")) {
      Samples.assertCode(code, () -> generate(yaml));
    } else {
      assertRefused(code, MAIN + where, () -> generate(yaml));
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> generate(yaml))
        .hasMessageContaining(detail)
        .hasMessageContaining("pod.yaml:")
        .hasMessageContaining("spec.containers[0]");
  }

  /** Each is added to the pod's spec, whose first new line is line 9. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hostNetwork: true | REFUSED_FIELD | hostNetwork | not the node's",
        "hostPID: yes | REFUSED_FIELD | hostPID | outside the VM",
        "hostIPC: true | REFUSED_FIELD | hostIPC | outside the VM",
        "ephemeralContainers: [{name: x}] | REFUSED_FIELD | ephemeralContainers | remove them",
        "resourceClaims: [{name: x}] | REFUSED_FIELD | resourceClaims | cannot be attested",
        "runtimeClassName: other | REFUSED_FIELD | runtimeClassName | would run the pod outside",
        "os: {name: windows} | REFUSED_FIELD | - | the guest is linux",
        "restartPolicy: Perhaps | BAD_VALUE | restartPolicy | Always or OnFailure or Never",
        "dnsPolicy: Nobody | BAD_VALUE | dnsPolicy | must be ClusterFirst",
        "dnsPolicy: None | BAD_VALUE | dnsPolicy | needs a name server",
        "dnsConfig: {nameservers: [here]} | BAD_VALUE | - | not an IP address",
        "hostAliases: [{ip: 1.2.3, hostnames: [x]}] | BAD_VALUE | - | not an IP address",
        "hostAliases: [{ip: 1.2.3.4, hostnames: [\"a b\"]}] | BAD_VALUE | - | a host name",
        "hostname: A_B | BAD_VALUE | hostname | a DNS label",
        "serviceAccount: b; serviceAccountName: a | BAD_VALUE | serviceAccount | not the same",
        "securityContext: {sysctls: [{name: vm.swappiness, value: '1'}]} | REFUSED_FIELD | - | calls safe",
        "securityContext: {supplementalGroupsPolicy: Lax} | BAD_VALUE | - | Merge or Strict",
        "tolerations: none | WRONG_TYPE | - | must be a list",
        "nodeSelektor: {} | UNKNOWN_FIELD | nodeSelektor | did you mean nodeSelector?",
        "initContainers: [{name: main, image: a}] | DUPLICATE | - | another container",
        "initContainers: [{name: a}] | MISSING_FIELD | - | the field is missing",
        "volumes: [{name: v}] | BAD_VALUE | - | exactly one source",
        "volumes: [{name: v, emptyDir: {}, configMap: {name: c, optional: true}}] | BAD_VALUE | - | exactly one source",
        "volumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}] | DUPLICATE | - | has this name",
        "volumes: [{name: v, emptyDir: {medium: HugePages}}] | REFUSED_FIELD | - | huge pages",
        "volumes: [{name: v, emptyDir: {sizeLimit: much}}] | BAD_VALUE | - | not a quantity",
        "volumes: [{name: v, emptyDir: {sizeLimit: 1Ti}}] | BAD_VALUE | - | more than 65536 MiB",
        "volumes: [{name: v, hostPath: {path: /}}] | REFUSED_FIELD | - | use an emptyDir",
        "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}] | REFUSED_FIELD | - | not supported yet",
        "volumes: [{name: v, secret: {secretName: s, optional: true}}] | SECRET | - | known to the host",
        "volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}]}}] | REFUSED_FIELD | - | the host chooses tokens",
        "volumes: [{name: v, configMap: {name: c}}] | MISSING_OBJECT | - | no file has ConfigMap \"c\"",
        "volumes: [{name: v, downwardAPI: {items: [{path: ../x, fieldRef: {fieldPath: metadata.name}}]}}] | BAD_VALUE | - | relative path",
        "volumes: [{name: v, downwardAPI: {items: [{path: x}]}}] | BAD_VALUE | - | exactly one of"
      })
  void refusesAPodWith(String lines, KubernetesError code, String field, String detail) {
    String yaml = podSpec(lines.split("; "));
    if (field.equals("-")) {
      Samples.assertCode(code, () -> generate(yaml));
    } else {
      assertRefused(code, "pod.yaml:9:3 spec." + field, () -> generate(yaml));
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> generate(yaml))
        .hasMessageContaining(detail)
        .hasMessageContaining("pod.yaml:")
        .hasMessageContaining("spec.");
  }

  /** Mounts of an emptyDir called v. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mountPath: /proc/x | outside /proc, /sys and /dev",
        "mountPath: / | below the root",
        "mountPath: /a/../b | clean absolute path",
        "mountPath: 'C:/x' | clean absolute path",
        "mountPath: /v, subPath: ../x | clean relative path",
        "mountPath: /v, subPath: a, subPathExpr: b | exclude each other",
        "mountPath: /v, subPathExpr: $(IP) | the host would choose the path",
        "mountPath: /v, mountPropagation: Bidirectional | only None and HostToContainer",
        "mountPath: /v, recursiveReadOnly: Enabled | needs readOnly",
        "mountPath: /twice | another volume is mounted",
        "mountPath: /v, bindMountOptions: [noexec] | not supported yet"
      })
  void refusesAMountWith(String fields, String detail) {
    String yaml =
        podWith(
                "env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]",
                "volumeMounts:",
                "- {name: v, mountPath: twice}",
                "- {name: v, " + fields + "}")
            + "  volumes: [{name: v, emptyDir: {}}]\n";
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> generate(yaml))
        .hasMessageContaining("pod.yaml:12:")
        .hasMessageContaining("spec.containers[0].volumeMounts[1].")
        .hasMessageContaining(detail);
  }

  @Test
  void refusesWhatIsNoObject() {
    Samples.assertCode(KubernetesError.NOT_AN_OBJECT, () -> generate("just text\n"));
    Samples.assertCode(KubernetesError.NOT_AN_OBJECT, () -> generate("kind: Pod\n"));
    Samples.assertCode(
        KubernetesError.NOT_AN_OBJECT, () -> generate("apiVersion: v1\nkind: Pod\n"));
    Samples.assertCode(KubernetesError.NO_WORKLOAD, () -> generate(""));
  }

  @Test
  void refusesObjectsThatMakePodsInUnknownWays() {
    assertRefused(
        KubernetesError.UNKNOWN_KIND,
        "pod.yaml:1:1 kind",
        () ->
            generate(
                """
                apiVersion: example.org/v1
                kind: Rollout
                metadata: {name: x}
                spec: {template: {spec: {containers: []}}}
                """));
    assertRefused(
        KubernetesError.UNKNOWN_KIND,
        "pod.yaml:1:1 apiVersion",
        () -> generate("apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: x}\n"));
  }

  @Test
  void refusesTwoObjectsOfOneName() {
    assertRefused(
        KubernetesError.DUPLICATE,
        "pod.yaml:10:1 metadata.name",
        () -> generate(podWith() + "---\n" + podWith()));
  }

  @Test
  void refusesAPolicyThatNoAnnotationCanHold() {
    String line = "- " + "x".repeat(100_000);
    assertRefused(
        KubernetesError.BAD_VALUE,
        "pod.yaml:1:1",
        "an annotation has room for",
        () -> generate(podWith("args:", line, line)));
  }

  @Test
  void refusesFilesOfOneNameAndNone() {
    SourceFile file = SourceFile.of("a.yaml", podWith());
    Samples.assertCode(
        KubernetesError.DUPLICATE,
        () -> Samples.generator().generate(java.util.List.of(file, file)));
    Samples.assertCode(
        KubernetesError.NO_WORKLOAD, () -> Samples.generator().generate(java.util.List.of()));
  }

  @Test
  void saysWhereAnImageThatCannotBeHadIsNamed() {
    Generator generator =
        new Generator(
            Samples.deployment(),
            reference -> {
              throw new dev.cloister.encoding.CloisterException(
                  KubernetesError.IMAGE_CONFIG, "registry", "is down");
            },
            "default");
    assertRefused(
        KubernetesError.IMAGE_CONFIG,
        "pod.yaml:8:5 spec.containers[0].image: registry",
        () -> generator.generate(java.util.List.of(SourceFile.of("pod.yaml", podWith()))));
  }
}
