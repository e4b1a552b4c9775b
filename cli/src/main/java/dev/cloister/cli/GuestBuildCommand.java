package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.guest.GuestImage;
import picocli.CommandLine;

/** {@code cloister guest build}. */
@CommandLine.Command(
    name = "build",
    description = {
      "Builds the guest image if it is not there yet, and says where it is and what it is.",
      "Its files are kept in CLOISTER_CACHE under the digest of everything that went into them."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister guest build", "  cloister guest build -o json"})
final class GuestBuildCommand extends Command {

  private final GuestImages images;

  GuestBuildCommand(Terminal terminal, GuestImages images) {
    super(terminal);
    this.images = images;
  }

  @Override
  protected ExitCode run() {
    GuestImage image =
        terminal()
            .during("building the guest image", () -> images.current(new Progress(terminal())));
    if (json()) {
      Json.ObjectBuilder files = Json.object();
      image.digests().forEach((name, digest) -> files.put(name, digest.toHex()));
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("name", image.name())
                  .put("directory", image.directory().toString())
                  .put("verityRoot", image.verity().root().toHex())
                  .put("sha256", files.build())
                  .build());
    } else {
      terminal().print(image.name() + " in " + image.directory());
      image.digests().forEach((name, digest) -> terminal().print(digest.toHex() + "  " + name));
    }
    return ExitCode.DONE;
  }
}
