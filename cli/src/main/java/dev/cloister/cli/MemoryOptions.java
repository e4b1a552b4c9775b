package dev.cloister.cli;

import dev.cloister.client.KnownHeadsFile;
import dev.cloister.client.Trust;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Floor;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command remembers the newest transition of each deployment. */
final class MemoryOptions {

  @Option(
      names = "--known-heads",
      paramLabel = "FILE",
      description =
          "The memory of the newest transition ever seen (default: cloister/known-heads.json in"
              + " XDG_STATE_HOME or ~/.local/state).")
  private @Nullable Path knownHeads;

  /** The memory. */
  KnownHeadsFile file() {
    return knownHeads == null
        ? KnownHeadsFile.ofUser(System.getenv())
        : KnownHeadsFile.at(knownHeads);
  }

  /** What was seen of a deployment. */
  Optional<Floor> known(DeploymentPin pin) {
    return file().recall(Trust.of(pin, InstantSource.system())).floors().stream().findFirst();
  }
}
