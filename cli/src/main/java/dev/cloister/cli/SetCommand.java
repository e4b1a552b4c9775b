package dev.cloister.cli;

import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.SignedTransition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister set}: puts a manifest into force. */
@CommandLine.Command(
    name = "set",
    description = {
      "Puts a manifest into force: checks the Coordinator's evidence, sends a transition that"
          + " enough owners signed, and checks that the Coordinator proves it. Without --transition"
          + " it makes and signs the transition first, as 'cloister sign' does; where more owners"
          + " must sign, the file for them is left behind. Sending the newest transition again is"
          + " harmless, and gives the shares again that were lost on the way.",
      "Keeps in the owner's directory: the transition, the CAs (root-ca.pem, mesh-ca.pem) and, with"
          + " the first transition or new recovery owners, the encrypted shares (shares/), one for"
          + " each recovery owner. Pods renew in place."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister set                                      one owner: sign and send",
      "  cloister set --transition web-1.4.json            others have signed",
      "  cloister set --transition from-ann.json --transition from-bob.json",
      "  cloister set -k ann -k bob -k rut --coordinator 203.0.113.7"
    })
final class SetCommand extends OwnerCommand {

  @Mixin private DraftOptions options = new DraftOptions();
  @Mixin private OwnerSignatures signatures = new OwnerSignatures();

  @Option(
      names = {"-t", "--transition"},
      paramLabel = "FILE",
      description =
          "A transition that is signed already; repeatable, where owners signed copies of one.")
  private List<Path> transitions = List.of();

  SetCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  protected ExitCode run() {
    OwnerDirectory directory = directory();
    Deployment deployment = directory.deployment();
    Manifest manifest = options.manifest(deployment);
    try (OwnerLink link = open(directory, List.of(manifest))) {
      Standing standing = coordinator().standing(link, manifest);
      if (transitions.isEmpty()) {
        Draft draft = signed(standing, manifest);
        Path file = keep(draft, directory);
        send(link, draft, directory);
        Disk.remove(file);
      } else {
        SignedTransition all = given();
        if (all.transition().head().equals(standing.history().head())) {
          sendAgain(link, directory);
        } else {
          Draft draft = new Draft(standing.history(), manifest, all);
          options.requireNoLockout(draft.history(), manifest);
          send(link, draft, directory);
        }
      }
    }
    return ExitCode.DONE;
  }

  private SignedTransition given() {
    SignedTransition all = Documents.transition(transitions.getFirst());
    for (Path file : transitions.subList(1, transitions.size())) {
      all = all.with(Documents.transition(file));
    }
    return all;
  }

  /** A transition that this command made must not be lost where the answer to it is. */
  private static Path keep(Draft draft, OwnerDirectory directory) {
    long number = draft.signed().transition().head().number();
    Path file = directory.file("transition-" + number + ".json");
    Disk.write(file, draft.signed().document());
    return file;
  }

  private Draft signed(Standing standing, Manifest manifest) {
    options.requireNoLockout(standing.history(), manifest);
    SignedTransition unsigned =
        SignedTransition.unsigned(
            options.transition(
                standing.history(), manifest, standing.requireRoot(), clock().instant()));
    Draft draft = new Draft(standing.history(), manifest, unsigned);
    draft.tallies();
    return draft.with(signatures.add(unsigned, draft.owners(), path()));
  }

  private void send(OwnerLink link, Draft draft, OwnerDirectory directory) {
    if (!json()) {
      draft.show(terminal());
    }
    HistoryEntry entry = new HistoryEntry(draft.signed(), draft.manifest().document());
    History next = accept(draft, entry, directory);
    OwnerCalls.Accepted accepted = link.set(entry, draft.history().head());
    boolean dealt =
        draft.history().head().number() == 0
            || !next.owners().recovery().equals(draft.history().owners().recovery());
    finish(link, directory, accepted, next.head(), dealt);
  }

  /** The newest transition once more, for an answer that was lost: the shares are in it. */
  private void sendAgain(OwnerLink link, OwnerDirectory directory) {
    List<HistoryEntry> entries = link.entries();
    HistoryEntry newest = entries.getLast();
    History before = History.replay(link.deployment(), entries.subList(0, entries.size() - 1));
    Head head = newest.transition().transition().head();
    terminal().note("It is in force already; asking for the answer again.");
    finish(link, directory, link.set(newest, before.head()), head, false);
  }

  /** Keeps the shares first: nothing else gives them again. */
  private void finish(
      OwnerLink link,
      OwnerDirectory directory,
      OwnerCalls.Accepted accepted,
      Head sent,
      boolean dealt) {
    List<Path> written = new ArrayList<>(directory.keepShares(accepted.shares()));
    VerifiedCoordinator verified = link.verify();
    if (!verified.history().head().equals(sent)) {
      throw new CloisterException(
          CliError.NOT_IN_FORCE,
          "head",
          "proven is " + verified.history().head() + ", sent was " + sent);
    }
    written.addAll(directory.keepAuthorities(verified));
    directory.keepAll(link.entries());
    if (dealt) {
      requireShares(verified.history(), accepted.shares());
    }
    report(verified, written, accepted.shares());
  }

  /** Judges here what the Coordinator will judge, so that the answer is the same and at once. */
  private History accept(Draft draft, HistoryEntry entry, OwnerDirectory directory) {
    try {
      return draft.history().accept(draft.history().head(), entry, clock().instant());
    } catch (CloisterException e) {
      if (transitions.isEmpty() && !draft.isComplete()) {
        Path file = keep(draft, directory);
        terminal().note("wrote " + file + "; others add theirs: cloister approve " + file);
      }
      throw e;
    }
  }

  /** Whoever has no share cannot recover, so each owner who should have one must. */
  private static void requireShares(History history, List<RecoveryShare> shares) {
    for (RecoveryOwner owner : history.owners().recovery().owners()) {
      if (shares.stream()
          .noneMatch(share ->
              share.owner().equals(owner.encryption().digest())
                  && share.label().deployment().equals(history.deployment().pin()))) {
        throw new CloisterException(
            CliError.SHARE_MISSING, "recoveryShares", "none for " + owner.signing());
      }
    }
  }

  /** For whom a share is, by the key that init and history show. */
  private static String whose(RecoveryShare share, Owners owners) {
    String file = OwnerDirectory.nameOf(share);
    for (RecoveryOwner owner : owners.recovery().owners()) {
      if (owner.encryption().digest().equals(share.owner())) {
        return file + " is for recovery owner " + owner.signing();
      }
    }
    return file + " is for nobody who is a recovery owner";
  }

  private void report(
      VerifiedCoordinator verified, List<Path> written, List<RecoveryShare> shares) {
    History history = verified.history();
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("deployment", history.deployment().pin().toString())
                  .put("number", history.head().number())
                  .put("statement", history.head().digest().toHex())
                  .put("manifest", verified.manifest().digest().toHex())
                  .put("root", history.coordinatorRoot().toHex())
                  .put("files", Json.ofStrings(written.stream().map(Path::toString).toList()))
                  .build());
      return;
    }
    terminal().print("in force  " + history.head());
    terminal().print("root      " + history.coordinatorRoot().toHex());
    written.forEach(file -> terminal().print("wrote " + file));
    shares.forEach(share -> terminal().print(whose(share, history.owners())));
    if (!shares.isEmpty()) {
      terminal()
          .note(
              "Hand each recovery owner their share: only they can open it, and it is all there is.");
    }
  }
}
