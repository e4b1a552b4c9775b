package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.guest.GuestLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister guest lock}. */
@CommandLine.Command(
    name = "lock",
    description = {
      "Pins the newest version of each package that the guest needs, as Debian's signed index names"
          + " it, in guest/guest.lock. The archive's address comes from this host's apt"
          + " configuration; the index is checked against Debian's archive keys.",
      "With --recipe it pins the packages of a recipe for container images instead."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister guest lock",
      "  cloister guest lock --recipe examples/kv/images.json --lock examples/kv/images.lock"
    })
final class GuestLockCommand extends Command {

  private final GuestImages images;

  @Option(names = "--recipe", paramLabel = "FILE", description = "A recipe for container images.")
  private @Nullable Path recipe;

  @Option(names = "--lock", paramLabel = "FILE", description = "The lock file of the recipe.")
  private @Nullable Path lock;

  GuestLockCommand(Terminal terminal, GuestImages images) {
    super(terminal);
    this.images = images;
  }

  @Override
  protected ExitCode run() {
    GuestLock locked = terminal().during("resolving packages", this::refresh);
    if (json()) {
      terminal()
          .print(Json.object().put("ok", true).put("packages", locked.packages().size()).build());
    } else {
      terminal().print(locked.packages().size() + " packages locked");
    }
    return ExitCode.DONE;
  }

  private GuestLock refresh() {
    Progress progress = new Progress(terminal());
    if (recipe == null && lock == null) {
      return images.refresh(progress);
    }
    if (recipe == null || lock == null) {
      throw new CloisterException(
          CliError.WRONG_USE, "guest lock", "--recipe and --lock belong together");
    }
    return images.refresh(lock, recipe, progress);
  }
}
