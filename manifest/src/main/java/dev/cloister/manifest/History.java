package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the owners of a deployment decided, from its {@code deployment.json} on, each step proven.
 * Immutable: a step gives a new history. A Coordinator takes steps with {@link #accept}, which
 * judges the time; a verifier walks a whole chain with {@link #replay}, which does not, since what
 * was accepted in time stays accepted.
 *
 * <p>Each step is checked in this order, so that nothing dear is done for strangers: the place in
 * the chain, the time, the signatures of owners in force, the update quorum, the manifest's digest;
 * only then is the manifest read, and what it changes decides who else must have signed:
 *
 * <ul>
 *   <li>update owners in force: always;
 *   <li>recovery owners in force: where owners, reference values or Coordinators change, and for
 *       the first transition;
 *   <li>update and recovery owners that the manifest names, where it changes the owners: so nobody
 *       hands a deployment to keys that nobody holds. A key in several groups signs once.
 * </ul>
 */
public final class History {

  private final Deployment deployment;
  private final Bytes expectedRoot;
  private final Bytes root;
  private final Owners owners;
  private final @Nullable Manifest manifest;
  private final @Nullable Link newest;

  /** Newest first; shared by all histories that grew from one. */
  private record Link(AcceptedTransition step, @Nullable Link before) {}

  private History(
      Deployment deployment,
      Bytes expectedRoot,
      Bytes root,
      Owners owners,
      @Nullable Manifest manifest,
      @Nullable Link newest) {
    this.deployment = deployment;
    this.expectedRoot = expectedRoot;
    this.root = root;
    this.owners = owners;
    this.manifest = manifest;
    this.newest = newest;
  }

  /** The history of a deployment before its first transition, of any Coordinator instance. */
  public static History begin(Deployment deployment) {
    return new History(deployment, Bytes.EMPTY, Bytes.EMPTY, deployment.owners(), null, null);
  }

  /**
   * The history before its first transition, as one Coordinator instance takes it: a first
   * transition for another instance is refused.
   *
   * @param root SHA-256 of the SubjectPublicKeyInfo of the instance's root CA, 32 bytes
   */
  public static History begin(Deployment deployment, Bytes root) {
    if (root.size() != 32) {
      throw new IllegalArgumentException("the digest of a root key has 32 bytes");
    }
    return new History(deployment, root, Bytes.EMPTY, deployment.owners(), null, null);
  }

  /**
   * Walks a chain from the first transition on.
   *
   * @throws CloisterException naming the first transition that is refused, as {@code
   *     transitions[NUMBER]}
   */
  public static History replay(Deployment deployment, Iterable<HistoryEntry> entries) {
    return begin(deployment).replay(entries);
  }

  /** Walks on from here; as {@link #replay(Deployment, Iterable)}. */
  public History replay(Iterable<HistoryEntry> entries) {
    return Replay.walk(this, entries.iterator());
  }

  /**
   * The history with one more transition.
   *
   * @param expected the newest transition as the sender knew it: the step is taken only where it
   *     still is (compare and swap)
   * @param now the time by which the transition must not have expired
   * @throws CloisterException with the reason of the refusal; this history stays as it is
   */
  public History accept(Head expected, HistoryEntry next, Instant now) {
    if (!expected.equals(head())) {
      throw new CloisterException(
          ManifestError.HEAD_MOVED, "expectedHead", expected + " was expected, it is " + head());
    }
    Transition transition = next.transition().transition();
    requireNext(transition);
    if (!now.isBefore(transition.expires())) {
      throw new CloisterException(
          ManifestError.EXPIRED,
          "statement.expires",
          transition.expires() + " is not after " + now);
    }
    return follow(PreparedEntry.unchecked(next, owners));
  }

  /** Takes the next step; what is prepared for the owners in force is not checked again. */
  History follow(PreparedEntry prepared) {
    SignedTransition signed = prepared.entry().transition();
    requireNext(signed.transition());
    boolean isChecked = prepared.isFor(owners);
    Set<OwnerKey> signers =
        isChecked ? prepared.signers() : Signers.verified(signed, Signers.keys(owners));
    if (!signed.transition().changesOwners()) {
      Signers.requireNoStranger(signed, signers);
    }
    Signers.requireMet(Signers.tally(Whose.UPDATE, owners.update(), signers));
    return step(
        signed,
        isChecked
            ? prepared.manifest().orElseThrow()
            : read(signed.transition(), prepared.entry().manifest()),
        signers);
  }

  private static Manifest read(Transition transition, Bytes document) {
    Bytes digest = document.sha256();
    if (!digest.equals(transition.manifest())) {
      throw new CloisterException(
          ManifestError.OTHER_MANIFEST,
          "manifest",
          digest.toHex() + " is not " + transition.manifest().toHex());
    }
    return Manifest.parse(document);
  }

  private History step(SignedTransition signed, Manifest after, Set<OwnerKey> signers) {
    Transition transition = signed.transition();
    requireManifest(transition, after);
    Set<OwnerKey> all = new LinkedHashSet<>(signers);
    after.owners().ifPresent(next -> all.addAll(Signers.verified(signed, Signers.keys(next))));
    Signers.requireNoStranger(signed, all);
    tallies(after, all).forEach(Signers::requireMet);
    return new History(
        deployment,
        expectedRoot,
        transition.head().number() == 1 ? transition.coordinatorRoot() : root,
        after.owners().orElse(owners),
        after,
        new Link(new AcceptedTransition(transition, List.copyOf(all), needsBoth(after)), newest));
  }

  private void requireNext(Transition transition) {
    if (!transition.deployment().equals(deployment.pin())) {
      throw new CloisterException(
          ManifestError.OTHER_DEPLOYMENT,
          "statement.deployment",
          transition.deployment() + " is not " + deployment.pin());
    }
    Head head = head();
    if (head.number() >= Transition.MAX_NUMBER) {
      throw new CloisterException(ManifestError.HISTORY_TOO_LONG, "", "after " + head);
    }
    if (transition.head().number() != head.number() + 1
        || !transition.previous().equals(head.digest())) {
      throw new CloisterException(
          ManifestError.NOT_NEXT,
          "statement.previous",
          transition.head().number() + " does not follow " + head);
    }
    if (newest == null
        && !expectedRoot.isEmpty()
        && !transition.coordinatorRoot().equals(expectedRoot)) {
      throw new CloisterException(
          ManifestError.OTHER_COORDINATOR,
          "statement.coordinatorRoot",
          transition.coordinatorRoot().toHex() + " is not " + expectedRoot.toHex());
    }
  }

  private void requireManifest(Transition transition, Manifest after) {
    after.requireFor(deployment);
    if (transition.changesOwners() != after.owners().isPresent()) {
      throw new CloisterException(
          ManifestError.OWNERS_UNMARKED,
          "statement.owners",
          after.owners().isPresent()
              ? "the manifest names owners"
              : "the manifest names no owners");
    }
    if (after.owners().isPresent() && after.owners().get().equals(owners)) {
      throw new CloisterException(
          ManifestError.OWNERS_UNMARKED, "manifest.owners", "are those in force already");
    }
  }

  private boolean needsBoth(Manifest after) {
    return manifest == null ? GuardedChange.inFirst() : GuardedChange.between(manifest, after);
  }

  private List<Tally> tallies(Manifest after, Set<OwnerKey> signers) {
    List<Tally> tallies = new ArrayList<>();
    tallies.add(Signers.tally(Whose.UPDATE, owners.update(), signers));
    if (needsBoth(after)) {
      tallies.add(Signers.tally(Whose.RECOVERY, owners.recovery().signers(), signers));
    }
    if (after.owners().isPresent()) {
      Owners next = after.owners().get();
      tallies.add(Signers.tally(Whose.NEW_UPDATE, next.update(), signers));
      tallies.add(Signers.tally(Whose.NEW_RECOVERY, next.recovery().signers(), signers));
    }
    return tallies;
  }

  /**
   * Who must agree to a transition from here, and who did. All signatures are checked.
   *
   * @param signed the transition as far as it is signed
   * @param after its manifest
   * @throws CloisterException where it could not be accepted however many signed
   */
  public List<Tally> approvals(SignedTransition signed, Manifest after) {
    requireNext(signed.transition());
    if (!after.digest().equals(signed.transition().manifest())) {
      throw new CloisterException(
          ManifestError.OTHER_MANIFEST, "manifest", "is not the one of the statement");
    }
    requireManifest(signed.transition(), after);
    Set<OwnerKey> owned = Signers.keys(owners);
    after.owners().ifPresent(next -> owned.addAll(Signers.keys(next)));
    Set<OwnerKey> signers = Signers.verified(signed, owned);
    Signers.requireNoStranger(signed, signers);
    return tallies(after, signers);
  }

  /**
   * Checks that this history goes through a transition that is known.
   *
   * @param known number and digest; {@link Head#NONE} is part of each history
   * @throws CloisterException with {@link ManifestError#OLDER_HEAD} where this history ends before
   *     it, or {@link ManifestError#FORKED_HISTORY} where it goes another way
   */
  public void requireIncludes(Head known) {
    if (known.number() > head().number()) {
      throw new CloisterException(
          ManifestError.OLDER_HEAD, "head", "shown is " + head() + ", known is " + known);
    }
    Link link = newest;
    while (link != null && link.step().transition().head().number() > known.number()) {
      link = link.before();
    }
    Head there = link == null ? Head.NONE : link.step().transition().head();
    if (!there.equals(known)) {
      throw new CloisterException(
          ManifestError.FORKED_HISTORY, "head", "shown is " + there + ", known is " + known);
    }
  }

  /** The deployment. */
  public Deployment deployment() {
    return deployment;
  }

  /** The newest transition. */
  public Head head() {
    return newest == null ? Head.NONE : newest.step().transition().head();
  }

  /** The manifest in force, once there is a transition. */
  public Optional<Manifest> manifest() {
    return Optional.ofNullable(manifest);
  }

  /** The owners in force. */
  public Owners owners() {
    return owners;
  }

  /**
   * SHA-256 of the SubjectPublicKeyInfo of the Coordinator's root CA, 32 bytes, as the first
   * transition names it; empty before that.
   */
  public Bytes coordinatorRoot() {
    return root;
  }

  /** All transitions, oldest first. */
  public List<AcceptedTransition> transitions() {
    List<AcceptedTransition> steps = new ArrayList<>();
    for (Link link = newest; link != null; link = link.before()) {
      steps.add(link.step());
    }
    return List.copyOf(steps.reversed());
  }

  @Override
  public String toString() {
    return "history of " + deployment.name() + " at " + head();
  }
}
