package dev.cloister.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code cloister completion}: completion of the commands and options in a shell. */
@CommandLine.Command(
    name = "completion",
    description = "Prints a script that makes a shell complete cloister's commands and options.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(cloister completion bash)",
      "  cloister completion zsh > ~/.zfunc/_cloister"
    })
final class CompletionCommand extends Command {

  /** Shells that have a script. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  CompletionCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    String script = AutoComplete.bash("cloister", Cloister.commandLine(terminal()));
    // The script of picocli serves zsh too, once bash's completion functions are loaded there.
    terminal()
        .print(
            shell == Shell.zsh ? "autoload -U +X bashcompinit && bashcompinit\n" + script : script);
    return ExitCode.DONE;
  }
}
