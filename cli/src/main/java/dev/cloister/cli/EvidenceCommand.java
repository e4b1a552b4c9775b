package dev.cloister.cli;

import picocli.CommandLine;

/** {@code cloister evidence}: what reports and quotes say, and whether they are genuine. */
@CommandLine.Command(
    name = "evidence",
    description = {
      "Explains and verifies attestation reports of AMD SEV-SNP and quotes of Intel TDX, with"
          + " nothing but files: no hardware, no network."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister evidence inspect report.bin",
      "  cloister evidence authenticate report.bin --certificates vcek.pem --certificates chain.pem",
      "  cloister evidence verify --batch - < requests.jsonl"
    })
final class EvidenceCommand extends Command {

  EvidenceCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    terminal().print(new CommandLine(this).getUsageMessage());
    return ExitCode.DONE;
  }
}
