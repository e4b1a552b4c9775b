package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.History;
import dev.cloister.manifest.Lockout;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Transition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/** What a new transition says. */
final class DraftOptions {

  @Option(
      names = {"-m", "--manifest"},
      paramLabel = "FILE",
      defaultValue = "generated/manifest.json",
      description = "What is to run from then on (default: ${DEFAULT-VALUE}).")
  private Path manifestFile = Path.of("");

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Why, for the other owners and everybody who reads the history.")
  private String reason = "";

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      defaultValue = "7d",
      description =
          "After how long a Coordinator refuses it, for example 30m, 12h, 7d (default:"
              + " ${DEFAULT-VALUE}).")
  private String expires = "7d";

  @Option(
      names = "--irreversible",
      description = "Sign a manifest after which nobody could use or change the deployment.")
  private boolean irreversible;

  /** The manifest, which is for this deployment; other options are checked here too. */
  Manifest manifest(Deployment deployment) {
    Duration _ = PlainDuration.parse("--expires", expires);
    Manifest manifest = Documents.manifest(manifestFile);
    manifest.requireFor(deployment);
    return manifest;
  }

  /** Where the manifest is. */
  Path manifestFile() {
    return manifestFile;
  }

  /** Refuses a manifest that locks everybody out, unless it is meant. */
  void requireNoLockout(History history, Manifest manifest) {
    if (!irreversible) {
      Lockout.requireNone(history, manifest);
    }
  }

  /**
   * The transition after a history.
   *
   * @param root SHA-256 of the Coordinator's root key; only for the first one
   */
  Transition transition(History history, Manifest manifest, Bytes root, Instant now) {
    String why =
        reason.isEmpty() ? "manifest " + manifest.digest().toHex().substring(0, 16) : reason;
    Instant end = now.plus(PlainDuration.parse("--expires", expires));
    return history.head().number() == 0
        ? Transition.first(manifest, why, end, root)
        : Transition.after(history.head(), manifest, why, end);
  }

  /** Whether a statement that was made before is the one that would be made now. */
  boolean isSame(Transition made, History history, Manifest manifest, Bytes root, Instant now) {
    return made.deployment().equals(manifest.deployment())
        && made.head().number() == history.head().number() + 1
        && made.previous().equals(history.head().digest())
        && made.coordinatorRoot().equals(root)
        && made.manifest().equals(manifest.digest())
        && (reason.isEmpty() || made.reason().equals(reason))
        && now.isBefore(made.expires());
  }
}
