package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.node.NodeError;

/** A host that lets the genuine initdata be measured, and puts another on the disk. */
record SwappedInitdata() implements Attack {

  @Override
  public String name() {
    return "the initdata disk swapped after measuring";
  }

  @Override
  public String refuser() {
    return "agent";
  }

  @Override
  public String attempt(Stage stage) {
    String yaml = stage.source().content().toUtf8();
    Bytes other =
        stage
            .derive(SourceFile.of("kv.yaml", yaml.replace("payments", "intruders")))
            .workloads()
            .getFirst()
            .initdata()
            .document();
    try (HostilePod vm =
        HostilePod.start(stage, "attack-initdata", stage.pod(), spec -> spec.withInitdata(other))) {
      CloisterException end = stage.terminal().during("booting VM attack-initdata", vm::end);
      return Refusals.of(
          NodeError.MACHINE_ENDED,
          AgentError.INITDATA_MISMATCH.code(),
          () -> {
            throw end;
          });
    }
  }
}
