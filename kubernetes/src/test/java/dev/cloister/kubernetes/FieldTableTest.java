package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every field of core/v1 that describes pods (v0.37) has its handling. */
class FieldTableTest {

  private static final Set<String> SIMPLE =
      Set.of("text", "bool", "int", "number", "port", "map", "list", "any");

  @ParameterizedTest
  @CsvSource(
      delimiter = ':',
      value = {
        "PodSpec: volumes initContainers containers ephemeralContainers restartPolicy"
            + " terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy dnsConfig"
            + " nodeSelector serviceAccountName serviceAccount automountServiceAccountToken"
            + " nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext"
            + " imagePullSecrets hostname subdomain affinity schedulerName tolerations"
            + " hostAliases priorityClassName priority readinessGates runtimeClassName"
            + " enableServiceLinks preemptionPolicy overhead topologySpreadConstraints"
            + " setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources"
            + " hostnameOverride schedulingGroup workloadRef evictionResponders",
        "Container: name image command args workingDir ports envFrom env resources resizePolicy"
            + " restartPolicy restartPolicyRules volumeMounts volumeDevices livenessProbe"
            + " readinessProbe startupProbe lifecycle terminationMessagePath"
            + " terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty"
            + " targetContainerName",
        "SecurityContext: capabilities privileged seLinuxOptions windowsOptions runAsUser"
            + " runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation"
            + " procMount seccompProfile appArmorProfile",
        "Capabilities: add drop",
        "PodSecurityContext: seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot"
            + " supplementalGroups supplementalGroupsPolicy fsGroup fsGroupChangePolicy sysctls"
            + " seccompProfile appArmorProfile seLinuxChangePolicy",
        "VolumeMount: name mountPath readOnly recursiveReadOnly subPath subPathExpr"
            + " mountPropagation bindMountOptions",
        "VolumeDevice: name devicePath",
        "Volume: name emptyDir configMap secret downwardAPI projected persistentVolumeClaim"
            + " ephemeral csi image hostPath nfs cephfs glusterfs azureFile quobyte iscsi fc rbd"
            + " awsElasticBlockStore gcePersistentDisk azureDisk cinder vsphereVolume"
            + " portworxVolume scaleIO storageos photonPersistentDisk flexVolume flocker gitRepo",
        "EmptyDir: medium sizeLimit mode",
        "ConfigMapVolume: name items defaultMode optional",
        "KeyToPath: key path mode",
        "DownwardAPIVolume: items defaultMode",
        "DownwardAPIFile: path fieldRef resourceFieldRef mode",
        "Projected: sources defaultMode defaultUser",
        "ProjectedSource: secret configMap downwardAPI serviceAccountToken clusterTrustBundle"
            + " podCertificate",
        "EnvVar: name value valueFrom",
        "EnvVarSource: fieldRef resourceFieldRef configMapKeyRef secretKeyRef fileKeyRef",
        "EnvFromSource: prefix configMapRef secretRef",
        "FieldRef: apiVersion fieldPath",
        "ResourceFieldRef: containerName resource divisor",
        "ContainerPort: name containerPort protocol hostPort hostIP",
        "Probe: exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds"
            + " successThreshold failureThreshold terminationGracePeriodSeconds",
        "HTTPGetAction: host path port scheme httpHeaders",
        "TCPSocketAction: host port",
        "GRPCAction: port service",
        "Lifecycle: postStart preStop stopSignal",
        "LifecycleHandler: exec httpGet tcpSocket sleep",
        "ResourceRequirements: limits requests claims",
        "HostAlias: ip hostnames",
        "PodDNSConfig: nameservers searches options",
        "DNSOption: name value",
        "Sysctl: name value",
        "SeccompProfile: type localhostProfile",
        "AppArmorProfile: type localhostProfile",
        "SELinuxOptions: user role type level"
      })
  void hasExactlyTheFieldsOfTheType(String type, String fields) {
    assertThat(new TreeSet<>(FieldTable.standard().of(type).keySet()))
        .isEqualTo(new TreeSet<>(Set.of(fields.strip().split(" +"))));
  }

  @Test
  void namesOnlyShapesThatExist() {
    for (String type : FieldTable.standard().types()) {
      for (FieldRule rule : FieldTable.standard().of(type).values()) {
        String shape = rule.shape().replace("list:", "");
        assertThat(SIMPLE.contains(shape) || FieldTable.standard().types().contains(shape))
            .as(type + "." + rule.field() + " " + shape)
            .isTrue();
      }
    }
  }

  @Test
  void givesARemedyForEveryRefusal() {
    for (String type : FieldTable.standard().types()) {
      for (FieldRule rule : FieldTable.standard().of(type).values()) {
        assertThat(rule.remedy().isEmpty()).isEqualTo(rule.handling() != Handling.REFUSED);
      }
    }
  }

  @Test
  void hasNoOtherTypes() {
    assertThatThrownBy(() -> FieldTable.standard().of("Nothing"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
