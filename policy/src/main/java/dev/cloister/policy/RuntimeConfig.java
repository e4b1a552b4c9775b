package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The OCI runtime configuration of a container (runtime-spec 1.1, config.md, config-linux.md). */
final class RuntimeConfig {

  private static final String VERSION = "1.1.0";

  /** Scheduling period of the kernel's CPU limit, microseconds. */
  private static final long CPU_PERIOD = 100_000;

  /** What kubelet has hidden from containers: docs/policy.md, composition rules. */
  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private RuntimeConfig() {}

  static Json.Obj compose(
      PodPolicy policy, ContainerPolicy container, HostInputs inputs, BundleLayout layout) {
    Json.ObjectBuilder config =
        Json.object()
            .put("ociVersion", VERSION)
            .put("process", ProcessConfig.main(container, inputs))
            .put("root", root(container, layout));
    if (layout.utsNamespace().isEmpty()) {
      config.put("hostname", inputs.facts().hostname());
    }
    return config
        .put("mounts", MountsConfig.compose(container, layout))
        .put("linux", linux(policy, container, layout))
        .build();
  }

  private static Json root(ContainerPolicy container, BundleLayout layout) {
    return Json.object()
        .put("path", layout.rootfs())
        .put("readonly", container.rootfs().readOnly())
        .build();
  }

  private static Json linux(PodPolicy policy, ContainerPolicy container, BundleLayout layout) {
    Json.ObjectBuilder linux =
        Json.object()
            .put("namespaces", namespaces(policy, layout))
            .put("cgroupsPath", layout.cgroup())
            .put("resources", resources(container.resources()));
    if (layout.ipcNamespace().isEmpty()) {
      linux.put("sysctl", ipcSysctls(policy));
    }
    if (container.seccomp() == SeccompProfile.RUNTIME_DEFAULT_1) {
      linux.put("seccomp", SeccompDefault.profile(container.capabilities()));
    }
    if (container.procMount() == ProcMount.DEFAULT) {
      linux
          .put("maskedPaths", Json.ofStrings(MASKED))
          .put("readonlyPaths", Json.ofStrings(READ_ONLY));
    }
    return linux.build();
  }

  private static Json namespaces(PodPolicy policy, BundleLayout layout) {
    String pid = policy.pod().sharePid() ? layout.pidNamespace() : "";
    return Json.of(
        List.of(
            namespace("pid", pid),
            namespace("network", layout.networkNamespace()),
            namespace("ipc", layout.ipcNamespace()),
            namespace("uts", layout.utsNamespace()),
            namespace("mount", ""),
            namespace("cgroup", "")));
  }

  private static Json namespace(String type, String path) {
    Json.ObjectBuilder namespace = Json.object().put("type", type);
    return path.isEmpty() ? namespace.build() : namespace.put("path", path).build();
  }

  private static Json ipcSysctls(PodPolicy policy) {
    Json.ObjectBuilder sysctls = Json.object();
    for (Map.Entry<String, String> sysctl : policy.pod().sysctls().entrySet()) {
      if (!Sysctls.isNetwork(sysctl.getKey())) {
        sysctls.put(sysctl.getKey(), sysctl.getValue());
      }
    }
    return sysctls.build();
  }

  private static Json resources(Resources resources) {
    return Json.object()
        .put("devices", devices())
        .put("memory", memory(resources.memoryMib()))
        .put("cpu", cpu(resources.cpuMilli()))
        .put("pids", Json.object().put("limit", resources.pids()).build())
        .put("unified", Json.object().put("memory.oom.group", "1").build())
        .build();
  }

  /** Swap counts into the limit: what leaves memory would be written to nothing in a guest. */
  private static Json memory(Range mib) {
    Json.ObjectBuilder memory = Json.object();
    if (mib.max() > 0) {
      long limit = (long) mib.max() << 20;
      memory.put("limit", limit).put("swap", limit);
    }
    return memory.build();
  }

  /** Kubelet's arithmetic: 1024 shares a processor, 2 at least; a quota of 1 ms at least. */
  private static Json cpu(Range milli) {
    Json.ObjectBuilder cpu = Json.object().put("shares", Math.max(2, milli.min() * 1024L / 1000));
    if (milli.max() > 0) {
      cpu.put("quota", Math.max(1000, milli.max() * CPU_PERIOD / 1000)).put("period", CPU_PERIOD);
    }
    return cpu.build();
  }

  /** Nothing but the devices that every container has; making nodes is allowed, opening is not. */
  private static Json devices() {
    List<Json> rules = new ArrayList<>();
    rules.add(Json.object().put("allow", false).put("access", "rwm").build());
    rules.add(Json.object().put("allow", true).put("type", "c").put("access", "m").build());
    rules.add(Json.object().put("allow", true).put("type", "b").put("access", "m").build());
    for (int minor : new int[] {3, 5, 7, 8, 9}) {
      rules.add(device(1, minor));
    }
    for (int minor : new int[] {0, 1, 2}) {
      rules.add(device(5, minor));
    }
    rules.add(
        Json.object()
            .put("allow", true)
            .put("type", "c")
            .put("major", 136)
            .put("access", "rwm")
            .build());
    return Json.of(rules);
  }

  private static Json device(int major, int minor) {
    return Json.object()
        .put("allow", true)
        .put("type", "c")
        .put("major", major)
        .put("minor", minor)
        .put("access", "rwm")
        .build();
  }
}
