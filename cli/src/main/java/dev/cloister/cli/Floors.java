package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Workload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which floor each pod gets. A new pod, or one that changes, gets the newest transition that is
 * known here; one that does not change keeps what it has, since another floor is another initdata
 * and would restart it.
 */
final class Floors implements UnaryOperator<Initdata> {

  private final Optional<Floor> newest;
  private final Map<Bytes, Initdata> before;
  private final boolean renew;

  private Floors(Optional<Floor> newest, Map<Bytes, Initdata> before, boolean renew) {
    this.newest = newest;
    this.before = before;
    this.renew = renew;
  }

  /**
   * The choice after an earlier run.
   *
   * @param newest the newest state of the deployment that is known here
   * @param directory where the earlier run wrote; it need not exist
   * @param renew whether all pods get the newest
   */
  static Floors after(Optional<Floor> newest, Path directory, boolean renew) {
    Map<Bytes, Initdata> before = new HashMap<>();
    Path manifest = directory.resolve("manifest.json");
    if (!renew && Files.exists(manifest)) {
      for (Workload workload : Documents.manifest(manifest).workloads()) {
        Path file = file(directory, workload.initdataDigest());
        if (Files.exists(file)) {
          Initdata initdata = Documents.read(file, Initdata.MAX_SIZE, Initdata::parse);
          before.put(key(initdata), initdata);
        }
      }
    }
    return new Floors(newest, before, renew);
  }

  /** Where a pod's initdata is written. */
  static Path file(Path directory, Bytes digest) {
    return directory.resolve("initdata").resolve(digest.toHex() + ".json");
  }

  private static Bytes key(Initdata initdata) {
    return Bytes.concat(initdata.deployment().pin().digest(), initdata.policy().sha256());
  }

  @Override
  public Initdata apply(Initdata pod) {
    Optional<Initdata> kept = kept(pod);
    if (kept.isPresent() && isOfThisInstance(kept.get())) {
      return kept.get().floor().map(pod::withFloor).orElse(pod);
    }
    return newest
        .map(pod::withFloor)
        .orElseGet(() -> Initdata.create(pod.deployment(), pod.policy()));
  }

  private Optional<Initdata> kept(Initdata pod) {
    Optional<Initdata> own = pod.floor().isPresent() ? Optional.of(pod) : Optional.empty();
    return renew ? Optional.empty() : Optional.ofNullable(before.get(key(pod))).or(() -> own);
  }

  /** Below a floor of another Coordinator instance no pod can join any more. */
  private boolean isOfThisInstance(Initdata kept) {
    return newest.isEmpty()
        || kept.floor().isEmpty()
        || kept.floor().get().coordinatorRoot().equals(newest.get().coordinatorRoot());
  }
}
