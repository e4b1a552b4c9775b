package dev.cloister.cli;

import picocli.CommandLine;

/** {@code cloister measure}: what a processor measures when it starts a VM. */
@CommandLine.Command(
    name = "measure",
    description = {
      "Computes, without any special hardware, what a processor measures when it starts a VM from"
          + " these files: the reference values that genuine evidence is compared with."
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister measure snp --ovmf OVMF.fd --vcpus 2 --vcpu-type EPYC-Milan",
      "  cloister measure snp --batch - < launches.jsonl",
      "  cloister measure tdx --ovmf OVMF.fd --kernel vmlinuz --initrd initrd.img --append quiet"
    })
final class MeasureCommand extends Command {

  MeasureCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    terminal().print(new CommandLine(this).getUsageMessage());
    return ExitCode.DONE;
  }
}
