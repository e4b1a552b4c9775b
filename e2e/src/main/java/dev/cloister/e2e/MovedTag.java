package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.guest.OciImage;
import java.nio.file.Path;

/**
 * Somebody moves the image's tag in the registry after {@code generate}, and a host follows it.
 * What was generated names the image by its digest and its disk by its root, so nothing changes for
 * an honest node, and the disk of the new image is not what the guest accepts.
 */
record MovedTag() implements Attack {

  @Override
  public String name() {
    return "an image tag moved in the registry";
  }

  @Override
  public String refuser() {
    return "digest in the YAML, dm-verity in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    OciImage genuine = image(stage, "webdis");
    stage.push(image(stage, "busybox"), "kv/webdis");
    try {
      requireSame(stage);
      return follow(stage, ForgedDisks.diskOfTag(stage, "webdis"));
    } finally {
      stage.push(genuine, "kv/webdis");
    }
  }

  private static OciImage image(Stage stage, String name) {
    OciImage image = stage.images().get(name);
    if (image == null) {
      throw new IllegalStateException("the example has an image " + name);
    }
    return image;
  }

  /** What was generated still means the same. */
  private static void requireSame(Stage stage) {
    boolean same =
        stage
            .derive(stage.generation().files().getFirst())
            .workloads()
            .getFirst()
            .initdata()
            .equals(stage.workload().initdata());
    if (!same) {
      throw Refusals.notRefused("the generated YAML means another pod now", null);
    }
  }

  private static String follow(Stage stage, Path moved) {
    HostilePod vm = stage.forgedPod();
    String reason =
        Refusals.of(
            AgentError.KERNEL,
            "device mapper",
            () -> vm.attach(ForgedDisks.pin(stage, "webdis"), moved));
    stage.endForgedPod();
    return reason;
  }
}
