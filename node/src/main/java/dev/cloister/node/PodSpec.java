package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.guest.GuestImage;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.ImagePin;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Range;
import dev.cloister.policy.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the honest sandbox of a pod: the guest image as it was built, the disks that the policy
 * pins, memory for what its containers may use.
 */
final class PodSpec {

  /** Guest memory beyond the containers' limits, MiB. */
  static final int OVERHEAD_MIB = 256;

  /** What a container without a limit gets, MiB. */
  static final int UNLIMITED_MIB = 128;

  private final NodeSettings settings;
  private final PodOrder order;
  private final PodPolicy policy;

  PodSpec(NodeSettings settings, PodOrder order, PodPolicy policy) {
    this.settings = settings;
    this.order = order;
    this.policy = policy;
  }

  SandboxSpec make(ImageDisks images) {
    GuestImage guest =
        GuestImage.open(
            settings
                .guestImage()
                .orElseThrow(() ->
                    new CloisterException(
                        NodeError.GUEST_IMAGE_MISSING, "--guest-image", "none was named")));
    return new SandboxSpec(
        order.id(),
        bootFiles(guest),
        guest.root(),
        order.initdata().sha256(),
        order.initdata(),
        disks(images),
        0,
        memoryMib(policy),
        settings.vcpus(),
        true,
        order.tee());
  }

  static BootFiles bootFiles(GuestImage guest) {
    return new BootFiles(
        guest.firmware(),
        guest.kernel(),
        guest.initrd(),
        guest.commandLine(GuestImage.Tee.SIMULATED));
  }

  private List<ImageDisk> disks(ImageDisks images) {
    Map<String, ImageDisk> disks = new LinkedHashMap<>();
    for (ContainerPolicy container : policy.containers()) {
      ImagePin pin = container.image();
      if (!disks.containsKey(pin.verityRoot())) {
        disks.put(
            pin.verityRoot(),
            new ImageDisk(pin.verityRoot(), images.disk(pin, order.registryConfiguration())));
      }
    }
    return new ArrayList<>(disks.values());
  }

  /** Apps and sidecars run together; each init container runs with the sidecars before it. */
  static int memoryMib(PodPolicy policy) {
    int together = 0;
    int sidecars = 0;
    int most = 0;
    for (ContainerPolicy container : policy.containers()) {
      int limit = limit(container.resources().memoryMib());
      if (container.role() == Role.INIT) {
        most = Math.max(most, sidecars + limit);
      } else {
        together += limit;
        sidecars += container.role() == Role.SIDECAR ? limit : 0;
      }
    }
    return OVERHEAD_MIB + Math.max(together, most);
  }

  private static int limit(Range memoryMib) {
    return memoryMib.max() > 0 ? memoryMib.max() : Math.max(memoryMib.min(), UNLIMITED_MIB);
  }
}
