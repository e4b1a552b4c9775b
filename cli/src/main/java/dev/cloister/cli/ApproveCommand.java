package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Lockout;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister approve}: one more owner's signature under a transition. */
@CommandLine.Command(
    name = "approve",
    description = {
      "Shows in words what a transition changes and who signed it, checks all that can be checked,"
          + " and adds this owner's signature to it.",
      "The manifest must be the one that the transition names. For a first transition the"
          + " Coordinator's evidence is checked again, so that no owner has to believe another."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister approve web-1.4.json --show             only look",
      "  cloister approve web-1.4.json -d bob -m generated/manifest.json",
      "  cloister approve web-1.4.json --prepare to-sign.bin --signer cid.pub",
      "  cloister approve web-1.4.json --signature cid.sig --signer cid.pub"
    })
final class ApproveCommand extends OwnerCommand {

  @Mixin private OwnerSignatures signatures = new OwnerSignatures();

  @Parameters(paramLabel = "TRANSITION", description = "The file of the transition.")
  private Path file = Path.of("");

  @Option(
      names = {"-m", "--manifest"},
      paramLabel = "FILE",
      defaultValue = "generated/manifest.json",
      description = "The manifest that it puts into force (default: ${DEFAULT-VALUE}).")
  private Path manifestFile = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Where the result goes (default: the same file).")
  private @Nullable Path to;

  @Option(names = "--show", description = "Show what it changes and sign nothing.")
  private boolean show;

  @Option(
      names = "--irreversible",
      description = "Sign a manifest after which nobody could use or change the deployment.")
  private boolean irreversible;

  ApproveCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  protected ExitCode run() {
    OwnerDirectory directory = directory();
    Deployment deployment = directory.deployment();
    Manifest manifest = Documents.manifest(manifestFile);
    manifest.requireFor(deployment);
    SignedTransition signed = Documents.transition(file);
    Standing standing = standing(directory, manifest);
    Draft draft = new Draft(standing.history(), manifest, signed);
    draft.tallies();
    if (show) {
      report(draft, file);
      return ExitCode.DONE;
    }
    requireSignable(draft, standing);
    Draft more = draft.with(signatures.add(signed, draft.owners(), path()));
    Path result = to == null ? file : to;
    Disk.write(result, more.signed().document());
    report(more, result);
    return ExitCode.DONE;
  }

  private void requireSignable(Draft draft, Standing standing) {
    Transition transition = draft.signed().transition();
    if (!clock().instant().isBefore(transition.expires())) {
      throw new CloisterException(
          ManifestError.EXPIRED, file.toString(), "since " + transition.expires());
    }
    Bytes _ = standing.requireRoot();
    if (!irreversible) {
      Lockout.requireNone(draft.history(), draft.manifest());
    }
  }

  private void report(Draft draft, Path result) {
    if (json()) {
      terminal().print(draft.toJson().put("file", result.toString()).build());
      return;
    }
    draft.show(terminal());
    if (!show) {
      terminal().print("wrote " + result);
      terminal()
          .note(
              draft.isComplete()
                  ? "Put it into force: cloister set --transition " + result
                  : "Others add theirs: cloister approve " + result);
    }
  }
}
