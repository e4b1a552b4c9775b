package dev.cloister.cli;

import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.SignedTransition;
import java.nio.file.Path;
import java.time.InstantSource;
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
          + " must sign, the file for them is left behind.",
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
final class SetCommand extends Command {

  private final Locations locations;
  private final InstantSource clock;

  @Mixin private OwnerOptions owner = new OwnerOptions();
  @Mixin private DraftOptions options = new DraftOptions();
  @Mixin private OwnerSignatures signatures = new OwnerSignatures();
  @Mixin private CoordinatorOptions coordinator = new CoordinatorOptions();

  @Option(
      names = {"-t", "--transition"},
      paramLabel = "FILE",
      description =
          "A transition that is signed already; repeatable, where owners signed copies of one.")
  private List<Path> transitions = List.of();

  SetCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
    this.clock = InstantSource.system();
  }

  @Override
  protected ExitCode run() {
    OwnerDirectory directory = owner.directory();
    Deployment deployment = directory.deployment();
    Manifest manifest = options.manifest(deployment);
    try (OwnerLink link = coordinator.open(terminal(), locations, directory, List.of(manifest))) {
      Standing standing = coordinator.standing(link, manifest);
      Draft draft = transitions.isEmpty() ? signed(standing, manifest) : given(standing, manifest);
      options.requireNoLockout(draft.history(), manifest);
      send(link, draft, directory);
    }
    return ExitCode.DONE;
  }

  private Draft given(Standing standing, Manifest manifest) {
    SignedTransition all = Documents.transition(transitions.getFirst());
    for (Path file : transitions.subList(1, transitions.size())) {
      all = all.with(Documents.transition(file));
    }
    return new Draft(standing.history(), manifest, all);
  }

  private Draft signed(Standing standing, Manifest manifest) {
    options.requireNoLockout(standing.history(), manifest);
    SignedTransition unsigned =
        SignedTransition.unsigned(
            options.transition(
                standing.history(), manifest, standing.requireRoot(), clock.instant()));
    Draft draft = new Draft(standing.history(), manifest, unsigned);
    draft.tallies();
    return draft.with(signatures.add(unsigned, draft.owners(), owner.path()));
  }

  private void send(OwnerLink link, Draft draft, OwnerDirectory directory) {
    if (!json()) {
      draft.show(terminal());
    }
    HistoryEntry entry = new HistoryEntry(draft.signed(), draft.manifest().document());
    History next = accept(draft, entry, directory);
    OwnerCalls.Accepted accepted = link.set(entry, draft.history().head());
    List<Path> written = new ArrayList<>(directory.keepShares(accepted.shares()));
    VerifiedCoordinator verified = link.verify();
    if (!verified.history().head().equals(next.head())) {
      throw new CloisterException(
          CliError.NOT_IN_FORCE,
          "head",
          "proven is " + verified.history().head() + ", sent was " + next.head());
    }
    written.addAll(directory.keepAuthorities(verified));
    directory.keepAll(link.entries());
    requireShares(draft, next, accepted);
    report(draft, verified, written, accepted.shares());
  }

  /** Judges here what the Coordinator will judge, so that the answer is the same and at once. */
  private History accept(Draft draft, HistoryEntry entry, OwnerDirectory directory) {
    try {
      return draft.history().accept(draft.history().head(), entry, clock.instant());
    } catch (CloisterException e) {
      if (transitions.isEmpty() && !draft.isComplete()) {
        long number = draft.signed().transition().head().number();
        Path file = directory.file("transition-" + number + ".json");
        Disk.write(file, draft.signed().document());
        terminal().note("wrote " + file + "; others add theirs: cloister approve " + file);
      }
      throw e;
    }
  }

  /** Whoever has no share cannot recover, so each owner who should have one must. */
  private static void requireShares(Draft draft, History next, OwnerCalls.Accepted accepted) {
    boolean fresh = draft.history().head().number() == 0 || draft.manifest().owners().isPresent();
    if (!fresh) {
      return;
    }
    for (RecoveryOwner owner : next.owners().recovery().owners()) {
      if (accepted.shares().stream()
          .noneMatch(share ->
              share.owner().equals(owner.encryption().digest())
                  && share.label().deployment().equals(next.deployment().pin()))) {
        throw new CloisterException(
            CliError.SHARE_MISSING, "recoveryShares", "none for " + owner.encryption());
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
      Draft draft, VerifiedCoordinator verified, List<Path> written, List<RecoveryShare> shares) {
    if (json()) {
      terminal()
          .print(
              draft
                  .toJson()
                  .put("root", verified.history().coordinatorRoot().toHex())
                  .put("files", Json.ofStrings(written.stream().map(Path::toString).toList()))
                  .build());
      return;
    }
    terminal().print("in force  " + verified.history().head());
    terminal().print("root      " + verified.history().coordinatorRoot().toHex());
    written.forEach(file -> terminal().print("wrote " + file));
    shares.forEach(share -> terminal().print(whose(share, verified.history().owners())));
    if (!shares.isEmpty()) {
      terminal()
          .note(
              "Hand each recovery owner their share: only they can open it, and it is all there is.");
    }
  }
}
