package dev.cloister.coordinator;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.ManifestError;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A Coordinator that restarted and collects shares. Anyone may hand one in, so each is judged
 * before it is held: it belongs to the dealing that the store names, and is the one that its
 * dealing has at its index. No two are held of one index. Used under the Coordinator's lock.
 *
 * <p>The store decides which dealing counts, and a host that forges it only keeps the Coordinator
 * from recovering: the seed must give the root key that owners signed in the first transition.
 */
final class Recovery {

  private final Deployment deployment;
  private final HistoryStore.Loaded loaded;
  private final Map<Integer, ShareContent> held = new TreeMap<>();
  private Optional<CloisterException> rolledBack = Optional.empty();

  Recovery(Deployment deployment, HistoryStore.Loaded loaded) {
    this.deployment = deployment;
    this.loaded = loaded;
  }

  /** What the store showed. */
  HistoryStore.Loaded loaded() {
    return loaded;
  }

  /**
   * What the shares gave.
   *
   * @param seed proven by the root key
   * @param root the root CA of the first transition
   */
  record Recovered(Seed seed, RootAuthority root) {}

  /** How many shares are still needed. */
  int missing() {
    return loaded.history().owners().recovery().threshold() - held.size();
  }

  /**
   * Takes a share.
   *
   * @param known the newest transition that its owner knows
   * @return the seed, where this was the last one needed
   * @throws CloisterException naming the share where it is wrong; the others stay held
   */
  Optional<Recovered> submit(int index, Secret content, Head known) {
    String path = "share " + index;
    ShareContent share = ShareContent.decode(content, path);
    boolean kept = false;
    try {
      requireRight(share, index, path);
      rolledBack.ifPresent(found -> {
        throw found;
      });
      requireReached(known, path);
      ShareContent before = held.put(index, share);
      kept = true;
      if (before != null) {
        before.close();
      }
    } finally {
      if (!kept) {
        share.close();
      }
    }
    return missing() > 0 ? Optional.empty() : Optional.of(rebuild());
  }

  private void requireRight(ShareContent share, int index, String path) {
    DeploymentPin pin = deployment.pin();
    if (share.index() != index) {
      throw new CloisterException(
          CoordinatorError.SHARE_MALFORMED, path, "is share " + share.index());
    }
    if (!share.dealing(pin).equals(loaded.stored().dealing())) {
      throw wrong(path, "is not of the dealing in force, but of transition " + share.head());
    }
    if (!share.isWhole(pin)) {
      throw wrong(path, "is not the share that was dealt");
    }
  }

  /** An owner who knows more than the store shows has found it out, for all owners. */
  private void requireReached(Head known, String path) {
    try {
      loaded.history().requireIncludes(known);
    } catch (CloisterException e) {
      boolean older = e.code() == ManifestError.OLDER_HEAD;
      CloisterException found =
          new CloisterException(
              CoordinatorError.STORE_ROLLED_BACK,
              path,
              (older ? "the store ends before: " : "the store goes another way: ") + e.detail(),
              e);
      rolledBack = Optional.of(found);
      throw found;
    }
  }

  private Recovered rebuild() {
    Seed seed = Seed.of(deployment.pin(), Dealing.combine(held.values()));
    boolean done = false;
    try {
      RootAuthority root = RootAuthority.derive(seed, deployment);
      if (!root.keyDigest().equals(loaded.history().coordinatorRoot())) {
        throw new CloisterException(
            CoordinatorError.SEED_DIFFERS,
            "shares " + held.keySet(),
            "they give a root key that the first transition does not name");
      }
      if (!loaded.stored().isSealedBy(seed)) {
        throw new CloisterException(
            CoordinatorError.STORE_MALFORMED,
            "store/" + HistoryStore.HEAD,
            "was not written by a Coordinator of this deployment");
      }
      done = true;
      return new Recovered(seed, root);
    } finally {
      if (!done) {
        seed.close();
      }
      forget();
    }
  }

  private void forget() {
    held.values().forEach(ShareContent::close);
    held.clear();
  }

  private static CloisterException wrong(String path, String detail) {
    return new CloisterException(CoordinatorError.SHARE_WRONG, path, detail);
  }
}
