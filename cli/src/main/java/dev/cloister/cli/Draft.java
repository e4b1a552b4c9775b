package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.manifest.History;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestDiff;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Tally;
import dev.cloister.manifest.Transition;
import java.util.ArrayList;
import java.util.List;

/**
 * A transition on its way to be accepted.
 *
 * @param history what it follows
 * @param manifest what it puts into force
 * @param signed the statement, as far as it is signed
 */
record Draft(History history, Manifest manifest, SignedTransition signed) {

  Draft with(SignedTransition more) {
    return new Draft(history, manifest, more);
  }

  /** The groups whose keys may sign: the owners in force, and those that the manifest names. */
  List<Owners> owners() {
    List<Owners> groups = new ArrayList<>(List.of(history.owners()));
    manifest.owners().ifPresent(groups::add);
    return groups;
  }

  ManifestDiff diff() {
    return history
        .manifest()
        .map(now -> ManifestDiff.between(now, manifest))
        .orElseGet(() -> ManifestDiff.first(manifest));
  }

  /**
   * Who must sign and who did.
   *
   * @throws dev.cloister.encoding.CloisterException where it could not be accepted however many
   *     signed
   */
  List<Tally> tallies() {
    return history.approvals(signed, manifest);
  }

  boolean isComplete() {
    return tallies().stream().allMatch(Tally::isMet);
  }

  /** What an owner reads before signing, and who signed. */
  void show(Terminal terminal) {
    Transition transition = signed.transition();
    terminal.print(
        "transition " + transition.head().number() + " of " + history.deployment().name());
    terminal.print("  reason   " + transition.reason());
    terminal.print("  expires  " + transition.expires());
    if (transition.head().number() == 1) {
      terminal.print("  root     " + transition.coordinatorRoot().toHex());
    }
    terminal.print("  changes");
    diff().text().lines().forEach(line -> terminal.print("    " + line));
    terminal.print("  signed");
    tallies().forEach(tally -> terminal.print("    " + words(tally)));
  }

  private static String words(Tally tally) {
    List<String> who = tally.signed().stream().map(OwnerKey::toString).toList();
    return tally + (who.isEmpty() ? "" : " (" + String.join(", ", who) + ")");
  }

  /** The same as JSON. */
  Json.ObjectBuilder toJson() {
    Transition transition = signed.transition();
    return Json.object()
        .put("ok", true)
        .put("deployment", transition.deployment().toString())
        .put("number", transition.head().number())
        .put("statement", transition.head().digest().toHex())
        .put("manifest", transition.manifest().toHex())
        .put("reason", transition.reason())
        .put("expires", transition.expires().toString())
        .put("diff", DiffCommand.json(diff()))
        .put("complete", isComplete())
        .put("approvals", Json.of(tallies().stream().map(Draft::json).toList()));
  }

  private static Json json(Tally tally) {
    return Json.object()
        .put("owners", tally.whose().words())
        .put("needed", tally.quorum().threshold())
        .put(
            "signed", Json.ofStrings(tally.signed().stream().map(k -> k.digest().toHex()).toList()))
        .build();
  }
}
