package dev.cloister.cli;

import picocli.CommandLine;

/** {@code cloister collateral}: what vendors publish, taken along to where there is no network. */
@CommandLine.Command(
    name = "collateral",
    description = {
      "Fetches what AMD and Intel publish about the processor that made a report or quote, and takes"
          + " it to where there is no network. What is fetched proves itself: nothing is kept with"
          + " which the evidence is not authentic."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister collateral export report.bin quote.dat > bundle.jsonl",
      "  cloister evidence authenticate --batch - < bundle.jsonl",
      "  cloister collateral import bundle.jsonl"
    })
final class CollateralCommand extends Command {

  CollateralCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    terminal().print(new CommandLine(this).getUsageMessage());
    return ExitCode.DONE;
  }
}
