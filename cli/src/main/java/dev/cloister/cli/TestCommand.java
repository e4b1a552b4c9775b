package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * {@code cloister test}: the launcher carries it out, because the build replaces the jars that this
 * program runs from. Here is its help.
 */
@CommandLine.Command(
    name = "test",
    description = {
      "Runs every test of this source tree, from unit tests to whole VMs. As root on Debian it"
          + " installs what is missing, saying so."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister test           everything", "  cloister test --unit    the fast ones"})
final class TestCommand extends Command {

  @Option(names = "--unit", description = "Only the fast tests, which need no root and no VM.")
  private boolean unit;

  TestCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    String command = unit ? "./cloister test --unit" : "./cloister test";
    throw new CloisterException(
        CliError.WRONG_USE, "test", "tests run from a source tree by its launcher: " + command);
  }
}
