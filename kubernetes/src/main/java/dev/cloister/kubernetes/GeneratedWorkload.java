package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Connections;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.policy.NamePattern;
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

  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX = 5;
  private static final int MAX_BASE = 58;

  public GeneratedWorkload {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
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
    Bytes seed = Bytes.concat(initdata.digest(), Bytes.ofUtf8("/" + replica)).sha256();
    String suffix = letters(seed, SUFFIX);
    return switch (policy.pod().name()) {
      case NamePattern.Exact exact -> exact.name();
      case NamePattern.Generated generated -> cut(generated.base()) + suffix;
      case NamePattern.Deployment deployment ->
          cut(deployment.base() + "-" + letters(initdata.digest(), 10) + "-") + suffix;
      case NamePattern.Ordinal ordinal -> ordinal.base() + "-" + (ordinal.first() + replica);
      case NamePattern.IndexedJob job -> cut(job.base() + "-" + replica + "-") + suffix;
      case NamePattern.CronJob job -> cut(job.base() + "-" + (20_000_000 + replica) + "-") + suffix;
    };
  }

  private static String cut(String base) {
    return base.length() > MAX_BASE ? base.substring(0, MAX_BASE) : base;
  }

  private static String letters(Bytes seed, int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append(ALPHABET.charAt(seed.at(i) % ALPHABET.length()));
    }
    return out.toString();
  }
}
