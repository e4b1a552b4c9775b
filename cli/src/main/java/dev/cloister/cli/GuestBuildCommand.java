package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.guest.GuestImage;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code cloister guest build}. */
@CommandLine.Command(
    name = "build",
    description = {
      "Builds the guest image if it is not there yet, and says where it is and what it is.",
      "Its files are kept in CLOISTER_CACHE under the digest of everything that went into them.",
      "With --reference-values it also writes what evidence of this image on such machines is to be"
          + " compared with: the file that 'cloister generate --reference-values' takes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister guest build",
      "  cloister guest build -o json",
      "  cloister guest build --reference-values genoa.json --ovmf OVMF.amdsev.fd \\",
      "      --product Genoa --minimum-tcb bootloader=10,tee=0,snp=23,microcode=84"
    })
final class GuestBuildCommand extends Command {

  private final GuestImages images;

  @Mixin private ReferenceOptions references = new ReferenceOptions();

  GuestBuildCommand(Terminal terminal, GuestImages images) {
    super(terminal);
    this.images = images;
  }

  @Override
  protected ExitCode run() {
    GuestImage image =
        terminal()
            .during("building the guest image", () -> images.current(new Progress(terminal())));
    List<Path> written = references.write(image);
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
                  .put("written", Json.ofStrings(written.stream().map(Path::toString).toList()))
                  .build());
    } else {
      terminal().print(image.name() + " in " + image.directory());
      image.digests().forEach((name, digest) -> terminal().print(digest.toHex() + "  " + name));
      written.forEach(file -> terminal().print("wrote " + file));
    }
    return ExitCode.DONE;
  }
}
