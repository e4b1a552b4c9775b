package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import picocli.CommandLine;

/** {@code cloister policy}: what a pod policy means. */
@CommandLine.Command(
    name = "policy",
    description = "Explains what pods may do, and what the host may do to them.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  cloister policy explain app.yaml"})
final class PolicyCommand extends Command {

  PolicyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    throw new CloisterException(CliError.WRONG_USE, "policy", "say explain");
  }
}
