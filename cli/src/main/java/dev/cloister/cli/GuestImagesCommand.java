package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.guest.OciImage;
import dev.cloister.image.OciLayout;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister guest images}: container images of Debian packages, as the examples use. */
@CommandLine.Command(
    name = "images",
    description = {
      "Builds the container images of a recipe from Debian packages, bit for bit the same each"
          + " time, and prints where each OCI layout is.",
      "With --push it also puts them into a registry, with the tag 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister guest images examples/guestbook",
      "  cloister guest images examples/guestbook --push 127.0.0.1:5055/guestbook"
    })
final class GuestImagesCommand extends Command {

  private final GuestImages images;

  @Parameters(
      paramLabel = "DIR",
      description = "A directory with a recipe, images.json, and its lock, images.lock.")
  private Path directory = Path.of("");

  @Option(
      names = "--push",
      paramLabel = "REGISTRY/PATH",
      defaultValue = "",
      description = "Where the images go; each name is added to it.")
  private String target = "";

  @Option(
      names = "--plain-http",
      paramLabel = "HOST[:PORT]",
      description = "A registry that may be spoken to without TLS; repeatable.")
  private Set<String> plainHttp = Set.of();

  GuestImagesCommand(Terminal terminal, GuestImages images) {
    super(terminal);
    this.images = images;
  }

  @Override
  protected ExitCode run() {
    Progress progress = new Progress(terminal());
    Path lock = directory.resolve("images.lock");
    Path recipe = directory.resolve("images.json");
    List<OciImage> made =
        terminal().during("building images", () -> images.images(lock, recipe, progress));
    if (!target.isEmpty()) {
      push(made);
    }
    report(made);
    return ExitCode.DONE;
  }

  private void push(List<OciImage> made) {
    RegistryOptions options =
        RegistryOptions.fromEnvironment(System.getenv()).withPlainHttp(plainHttp);
    try (RegistryClient client = new RegistryClient(options)) {
      for (OciImage image : made) {
        TransferProgress progress = new TransferProgress(terminal());
        client.push(
            OciLayout.open(image.layout()),
            image.name(),
            Reference.parse(reference(image)),
            progress);
      }
    }
  }

  private String reference(OciImage image) {
    return target + "/" + image.name() + ":1";
  }

  private void report(List<OciImage> made) {
    List<Json> list = new ArrayList<>();
    for (OciImage image : made) {
      if (json()) {
        list.add(
            Json.object()
                .put("name", image.name())
                .put("layout", image.layout().toString())
                .put("digest", "sha256:" + image.manifestDigest().toHex())
                .build());
      } else {
        terminal().print(target.isEmpty() ? image.name() + " " + image.layout() : reference(image));
      }
    }
    if (json()) {
      terminal().print(Json.object().put("ok", true).put("images", Json.of(list)).build());
    }
  }
}
