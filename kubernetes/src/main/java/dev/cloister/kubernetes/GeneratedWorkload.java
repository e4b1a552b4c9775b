package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Connections;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.policy.PodPolicy;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was generated from one pod template.
 *
 * @param kind kind of its object, for example {@code Deployment}
 * @param name name of its object
 * @param namespace its namespace
 * @param replicas how many pods its object asks for
 * @param labels labels of its pods
 * @param governor the Service that gives each of its pods a name of its own, or empty
 * @param services the Services that lead to its pods, each as {@code NAME.NAMESPACE}
 * @param policy the policy
 * @param membership how its pods take part in the deployment
 * @param connections who may connect to its pods, and to whom they may
 * @param callers names of the workloads that may call, by port
 * @param initdata the document that its VMs get
 * @param files bytes that the host has to supply for file volumes, by volume and path
 * @param serviceAccount name of its service account
 * @param variables where each variable comes from, by container and name
 * @param warnings what a reader has to decide about
 * @param ignored fields of the YAML that are not part of the policy
 */
public record GeneratedWorkload(
    ControllerKind kind,
    String name,
    String namespace,
    int replicas,
    Map<String, String> labels,
    String governor,
    List<String> services,
    PodPolicy policy,
    Membership membership,
    Connections connections,
    Map<Integer, List<String>> callers,
    Initdata initdata,
    Map<String, Map<String, Bytes>> files,
    String serviceAccount,
    Map<String, Map<String, String>> variables,
    List<Warning> warnings,
    List<IgnoredField> ignored) {

  public GeneratedWorkload {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    services = List.copyOf(services);
    callers = Collections.unmodifiableMap(new TreeMap<>(callers));
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    variables = Map.copyOf(variables);
    warnings = List.copyOf(warnings);
    ignored = List.copyOf(ignored);
  }

  /** The workload as people name it: {@code Deployment/web}. */
  public String shown() {
    return kind.kind() + "/" + name;
  }

  /**
   * Its entry in a manifest.
   *
   * @param referenceValues names of the reference values that apply to it
   */
  public Workload entry(List<String> referenceValues) {
    WorkloadRole role =
        switch (membership.role()) {
          case WORKLOAD -> WorkloadRole.WORKLOAD;
          case COORDINATOR -> WorkloadRole.COORDINATOR;
        };
    return new Workload(
        initdata.digest(),
        name,
        namespace,
        role,
        referenceValues,
        membership.sans(),
        membership.secret(),
        connections);
  }

  /**
   * A name that its policy allows, as a cluster's controller would choose one; the same for the
   * same workload and number.
   *
   * @param replica number of the pod, from 0
   */
  public String podName(int replica) {
    return PodName.of(policy.pod().name(), initdata.digest(), replica);
  }
}
