package dev.cloister.e2e;

import dev.cloister.encoding.Bytes;
import dev.cloister.image.ImageStore;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import dev.cloister.image.ResolvedImage;
import dev.cloister.policy.ImagePin;
import dev.cloister.policy.PodPolicy;
import java.nio.file.Path;

/** What the attacks on image disks share: which disk stands for which container's image. */
final class ForgedDisks {

  private ForgedDisks() {}

  /** The image that the policy pins for a container. */
  static ImagePin pin(Stage stage, String container) {
    PodPolicy policy = stage.workload().policy();
    return policy.container(container).image();
  }

  /** The genuine disk of a container's image. */
  static Path genuine(Stage stage, String container) {
    ImagePin pin = pin(stage, container);
    return ImageStore.open(stage.locations().cache())
        .findByRoot(Bytes.ofHex(pin.verityRoot()))
        .orElseThrow(() -> new IllegalStateException("generate made the disk"))
        .path();
  }

  /** The disk of what a tag means in the registry now. */
  static Path diskOfTag(Stage stage, String name) {
    ImageStore store = ImageStore.open(stage.locations().cache());
    try (RegistryClient registry = new RegistryClient(RegistryOptions.defaults())) {
      Reference reference = Reference.parse(stage.registry().address() + "/kv/" + name + ":1");
      ResolvedImage image = store.resolve(reference, registry);
      return store.disk(image, registry, dev.cloister.image.ProgressListener.NONE).path();
    }
  }
}
