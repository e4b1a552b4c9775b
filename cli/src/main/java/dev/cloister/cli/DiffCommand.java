package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.Change;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestDiff;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.Transition;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cloister diff}: what changes between two manifests, in words. */
@CommandLine.Command(
    name = "diff",
    description = {
      "Says in words what changes from one manifest to another: workloads that come, go or run"
          + " something else, guest images, certificates, owners; and which changes need recovery"
          + " owners too.",
      "OLD and NEW are files, or numbers of transitions that are known in the owner's directory;"
          + " 'none' stands for before the first."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister diff old/manifest.json generated/manifest.json",
      "  cloister diff 2 3                               two transitions",
      "  cloister diff none generated/manifest.json      what a first manifest brings"
    })
final class DiffCommand extends Command {

  private static final String NONE = "none";

  @Mixin private OwnerOptions owner = new OwnerOptions();

  @Parameters(index = "0", paramLabel = "OLD", description = "The manifest before.")
  private String before = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "The manifest after.")
  private String after = "";

  DiffCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    Manifest next = manifest(after);
    ManifestDiff diff = before.equals(NONE) ? ManifestDiff.first(next) : between(before, next);
    if (json()) {
      terminal().print(json(diff));
    } else {
      terminal().printRaw(dev.cloister.encoding.Bytes.ofUtf8(diff.text()).toArray());
    }
    return ExitCode.DONE;
  }

  private ManifestDiff between(String old, Manifest next) {
    Manifest previous = manifest(old);
    if (!previous.deployment().equals(next.deployment())) {
      throw new CloisterException(
          ManifestError.OTHER_DEPLOYMENT,
          after,
          next.deployment() + " is not " + previous.deployment());
    }
    return ManifestDiff.between(previous, next);
  }

  private Manifest manifest(String named) {
    if (named.matches("[1-9][0-9]{0,5}") && Long.parseLong(named) <= Transition.MAX_NUMBER) {
      return owner.directory().manifestOf(Long.parseLong(named));
    }
    return Documents.manifest(Path.of(named));
  }

  /** The changes as JSON. */
  static Json json(ManifestDiff diff) {
    List<Json> changes = diff.changes().stream().map(DiffCommand::json).toList();
    return Json.object()
        .put("needsRecoveryOwners", diff.needsRecoveryOwners())
        .put("changes", Json.of(changes))
        .build();
  }

  private static Json json(Change change) {
    return Json.object()
        .put("subject", change.subject())
        .put("words", change.words())
        .put("needsRecoveryOwners", change.guarded())
        .build();
  }
}
