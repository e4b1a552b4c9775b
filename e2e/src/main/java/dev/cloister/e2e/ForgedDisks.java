package dev.cloister.e2e;

import dev.cloister.image.ImageStore;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import dev.cloister.image.ResolvedImage;
import dev.cloister.node.ImageDisk;
import dev.cloister.policy.ImagePin;
import dev.cloister.policy.PodPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the attacks on image disks share: which disk stands for which container's image. */
final class ForgedDisks {

  private ForgedDisks() {}

  /** The image that the policy pins for a container. */
  static ImagePin pin(Stage stage, String container) {
    PodPolicy policy = stage.workload().policy();
    return policy.container(container).image();
  }

  /** The genuine disk file of a container's image. */
  static Path genuine(List<ImageDisk> disks, ImagePin pin) {
    return disks.stream()
        .filter(disk -> disk.root().equals(pin.verityRoot()))
        .map(ImageDisk::file)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("an honest VM has the disks of its policy"));
  }

  /** The same disks, with another file behind the root of one image. */
  static List<ImageDisk> replaced(List<ImageDisk> disks, ImagePin pin, Path file) {
    List<ImageDisk> forged = new ArrayList<>();
    for (ImageDisk disk : disks) {
      forged.add(disk.root().equals(pin.verityRoot()) ? new ImageDisk(disk.root(), file) : disk);
    }
    return forged;
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
