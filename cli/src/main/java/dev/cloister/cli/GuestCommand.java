package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import picocli.CommandLine;

/** {@code cloister guest}: the guest image, and the Coordinator's. */
@CommandLine.Command(
    name = "guest",
    description = {
      "Builds the image that every pod VM boots, from Debian packages pinned in a lock file, bit for"
          + " bit the same on every machine."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister guest build         build it, if it is not there yet, and say what it is",
      "  cloister guest coordinator   build the container image of the Coordinator",
      "  cloister guest lock          pin the newest packages of Debian's signed index"
    })
final class GuestCommand extends Command {

  GuestCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    throw new CloisterException(CliError.WRONG_USE, "guest", "say build, coordinator or lock");
  }
}
