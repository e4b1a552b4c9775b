package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.guest.OciImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister guest coordinator}. */
@CommandLine.Command(
    name = "coordinator",
    description = {
      "Builds the container image of the Coordinator from the guest's locked packages, bit for bit"
          + " the same on every machine, and says where it is: a directory in OCI image layout,"
          + " which registry tools push.",
      "With --to a copy is written to a directory that does not exist yet."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister guest coordinator", "  cloister guest coordinator --to coordinator.oci"})
final class GuestCoordinatorCommand extends Command {

  private final GuestImages images;

  @Option(names = "--to", paramLabel = "DIR", description = "Write a copy of the layout there.")
  private @Nullable Path target;

  GuestCoordinatorCommand(Terminal terminal, GuestImages images) {
    super(terminal);
    this.images = images;
  }

  @Override
  protected ExitCode run() {
    OciImage image =
        terminal()
            .during(
                "building the Coordinator's image",
                () -> images.coordinatorImage(new Progress(terminal())));
    Path layout = target == null ? image.layout() : copy(image.layout(), target);
    String digest = "sha256:" + image.manifestDigest().toHex();
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("layout", layout.toString())
                  .put("digest", digest)
                  .build());
    } else {
      terminal().print(digest + " in " + layout);
    }
    return ExitCode.DONE;
  }

  private static Path copy(Path layout, Path target) {
    try {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(layout)) {
        all = walk.sorted().toList();
      }
      for (Path path : all) {
        Files.copy(path, target.resolve(layout.relativize(path).toString()));
      }
      return target;
    } catch (IOException e) {
      throw new CloisterException(CliError.FILE_NOT_WRITABLE, target.toString(), e.toString(), e);
    }
  }
}
