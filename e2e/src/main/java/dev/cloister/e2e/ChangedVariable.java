package dev.cloister.e2e;

import dev.cloister.attestation.AttestationError;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.rpc.NodePods.RunPodRequest;

/**
 * A host that derives a policy of its own from YAML with one variable changed. The VM boots, since
 * its initdata is what its evidence names; but the evidence does not name what the manifest lists.
 */
record ChangedVariable() implements Attack {

  static final String PATH = "containers[accounts].env[TEAM]";

  @Override
  public String name() {
    return "a re-derived policy with one variable changed";
  }

  @Override
  public String refuser() {
    return "attestation";
  }

  /** What the host derives. */
  static GeneratedWorkload derive(Stage stage) {
    String yaml = stage.source().content().toUtf8();
    String changed = yaml.replace("value: payments", "value: intruders");
    return stage.derive(SourceFile.of("kv.yaml", changed)).workloads().getFirst();
  }

  @Override
  public String attempt(Stage stage) {
    GeneratedWorkload changed = derive(stage);
    RunPodRequest pod = stage.pod(changed, 0);
    try (HostilePod vm = HostilePod.boot(stage, "attack-variable", pod, spec -> spec)) {
      String reason =
          new Judge(stage)
              .refusal(vm, AttestationError.HOST_DATA_DIFFERS, stage.tee().hostDataPath());
      if (!reason.contains(PATH)) {
        throw Refusals.notRefused("refused without naming " + PATH + ": " + reason, null);
      }
      return reason;
    }
  }
}
