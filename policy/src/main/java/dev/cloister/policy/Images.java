package dev.cloister.policy;

import java.util.HashSet;
import java.util.Set;

/** Which image disks have been attached. Under the guard's lock. */
final class Images {

  private final PodPolicy policy;
  private final Set<String> attached = new HashSet<>();
  private final Set<String> reserved = new HashSet<>();

  Images(PodPolicy policy) {
    this.policy = policy;
  }

  Decision<ImagePin> reserve(Object lock, HostRequest.AttachImage request) {
    ImagePin pin = pin(request.imageRoot());
    String root = pin.verityRoot();
    Denied.unless(
        request.serial().equals(pin.serial()),
        PolicyError.DEVICE,
        "serial",
        pin.serial(),
        Grammar.shown(request.serial()));
    Denied.unless(!attached.contains(root), PolicyError.ONCE, "image", "once", root);
    Denied.unless(reserved.add(root), PolicyError.BUSY, "image", "", root);
    return new Decision.Allowed<>(pin, new Attaching(lock, this, root));
  }

  private ImagePin pin(String root) {
    for (ContainerPolicy container : policy.containers()) {
      if (container.image().verityRoot().equals(root)) {
        return container.image();
      }
    }
    throw new Denied(
        PolicyError.DEVICE, "image", "the verity root of a container", Grammar.shown(root));
  }

  void checkAttached(ContainerPolicy container) {
    Denied.unless(
        attached.contains(container.image().verityRoot()),
        PolicyError.MISSING,
        "containers[" + container.name() + "].image",
        "its disk " + container.image().serial(),
        "nothing");
  }

  /** A disk that is being attached. */
  private static final class Attaching extends Reservation {
    private final Images table;
    private final String root;

    Attaching(Object lock, Images table, String root) {
      super(lock);
      this.table = table;
      this.root = root;
    }

    @Override
    void apply() {
      table.reserved.remove(root);
      table.attached.add(root);
    }

    @Override
    void undo() {
      table.reserved.remove(root);
    }
  }
}
