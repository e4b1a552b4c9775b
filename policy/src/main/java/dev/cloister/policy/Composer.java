package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes what runs from what was measured (design D1): the OCI runtime configuration of a container,
 * the process of a listed command, and the files that kubelet would write. Pure functions: equal
 * arguments give equal results. The rules are version {@link PodPolicy#COMPOSITION}; {@code
 * docs/policy.md} lists them.
 */
public final class Composer {

  private Composer() {}

  /**
   * The OCI runtime configuration (runtime-spec 1.1) of a container, for crun. It holds no hooks
   * and no annotations.
   */
  public static Json.Obj runtimeConfig(
      PodPolicy policy, ContainerPolicy container, HostInputs inputs, BundleLayout layout) {
    return RuntimeConfig.compose(policy, container, inputs, layout);
  }

  /**
   * The process (runtime-spec, {@code process}) of a listed command, for {@code crun exec
   * --process}.
   */
  public static Json.Obj execProcess(
      ContainerPolicy container, ExecPolicy command, HostInputs inputs) {
    return ProcessConfig.exec(container, command, inputs);
  }

  /** {@code /etc/hosts}, as kubelet writes it. */
  public static String hosts(PodPolicy policy, HostInputs inputs) {
    return EtcFiles.hosts(policy.pod(), inputs);
  }

  /** {@code /etc/hostname}. */
  public static String hostname(HostInputs inputs) {
    return inputs.facts().hostname() + "\n";
  }

  /** {@code /etc/resolv.conf}, as kubelet and containerd write it. */
  public static String resolvConf(PodPolicy policy, HostInputs inputs) {
    return EtcFiles.resolvConf(policy.pod().dns(), inputs);
  }

  /**
   * The sysctls of the pod's network namespace, which the agent sets when it makes that, by name:
   * containerd's two defaults (ports below 1024 and ping without privilege) and the policy's. Those
   * of the IPC namespace are in {@link #runtimeConfig} where each container has its own.
   */
  public static Map<String, String> networkSysctls(PodPolicy policy) {
    Map<String, String> sysctls = new TreeMap<>();
    sysctls.put("net.ipv4.ip_unprivileged_port_start", "0");
    sysctls.put("net.ipv4.ping_group_range", "0 2147483647");
    for (Map.Entry<String, String> sysctl : policy.pod().sysctls().entrySet()) {
      if (Sysctls.isNetwork(sysctl.getKey())) {
        sysctls.put(sysctl.getKey(), sysctl.getValue());
      }
    }
    return sysctls;
  }

  /** The files of a volume that come from the policy and the facts alone, by relative path. */
  public static Map<String, Bytes> composedFiles(Volume.Files volume, PodFacts facts) {
    Map<String, Bytes> files = new TreeMap<>();
    for (Map.Entry<String, FileEntry> entry : volume.files().entrySet()) {
      if (entry.getValue().content() instanceof FileContent.Composed composed) {
        files.put(entry.getKey(), Bytes.ofUtf8(composed.text().render(facts)));
      }
    }
    return files;
  }
}
