package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import java.time.InstantSource;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The command {@code cloister}. */
@CommandLine.Command(
    name = "cloister",
    description = {
      "Runs unmodified Kubernetes workloads in attested, encrypted pod VMs, and lets anyone check"
          + " exactly what runs there."
    },
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister demo                    see everything at work on this machine",
      "  cloister doctor                  what this machine lacks, and how to fix it",
      "  cloister init --simulated        a deployment of your own, without the hardware",
      "  cloister generate app.yaml       what may run: policies, manifest, audit report",
      "  cloister up app.yaml             run its pods, each in a VM of its own",
      "  cloister set                     put the manifest into force at its Coordinator",
      "  cloister attest default/kv       check what one pod really runs",
      "  cloister verify PIN@ADDRESS      the same from outside, for a whole deployment",
      "",
      "Exit codes: 0 done, 1 refused or not trusted, 2 wrong use, 3 the machine lacks something,",
      "4 could not decide, 70 a bug in Cloister."
    })
public final class Cloister extends Command {

  private Cloister(Terminal terminal) {
    super(terminal);
  }

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(Terminal.ofProcess(), arguments));
  }

  /** Runs one command line and returns its exit code. */
  static int run(Terminal terminal, String... arguments) {
    return run(terminal, Locations.of(System.getenv()), arguments);
  }

  /** The same on the node with these locations. */
  public static int run(Terminal terminal, Locations locations, String... arguments) {
    return commandLine(terminal, locations).execute(arguments);
  }

  static CommandLine commandLine(Terminal terminal) {
    return commandLine(terminal, Locations.of(System.getenv()));
  }

  private static CommandLine commandLine(Terminal terminal, Locations locations) {
    CommandLine line = new CommandLine(new Cloister(terminal));
    line.addSubcommand(new InitCommand(terminal));
    line.addSubcommand(new GenerateCommand(terminal, locations));
    line.addSubcommand(new DiffCommand(terminal));
    line.addSubcommand(new SignCommand(terminal, locations));
    line.addSubcommand(new ApproveCommand(terminal, locations));
    line.addSubcommand(new SetCommand(terminal, locations));
    line.addSubcommand(new HistoryCommand(terminal, locations));
    line.addSubcommand(new RecoverCommand(terminal, locations));
    line.addSubcommand(new UpCommand(terminal, locations));
    line.addSubcommand(new ScaleCommand(terminal, locations));
    line.addSubcommand(new PsCommand(terminal, locations));
    line.addSubcommand(new ExecCommand(terminal, locations));
    line.addSubcommand(new LogsCommand(terminal, locations));
    line.addSubcommand(new MeshCommand(terminal, locations));
    line.addSubcommand(new AttestCommand(terminal, locations));
    line.addSubcommand(new VerifyCommand(terminal));
    line.addSubcommand(new DownCommand(terminal, locations));
    line.addSubcommand(measure(terminal));
    line.addSubcommand(evidence(terminal, locations));
    line.addSubcommand(collateral(terminal, locations));
    line.addSubcommand(policy(terminal, locations));
    line.addSubcommand(guest(terminal, locations));
    line.addSubcommand(new DoctorCommand(terminal));
    line.addSubcommand(new TestCommand(terminal));
    line.addSubcommand(new CompletionCommand(terminal));
    ServiceLoader.load(CommandProvider.class)
        .forEach(provider -> line.addSubcommand(provider.command(terminal)));
    line.setUsageHelpWidth(100);
    line.setOut(terminal.outWriter());
    line.setParameterExceptionHandler((failure, _) -> usage(terminal, failure));
    line.setExecutionExceptionHandler((failure, where, _) -> failed(terminal, failure, where));
    return line;
  }

  private static CommandLine evidence(Terminal terminal, Locations locations) {
    return new CommandLine(new EvidenceCommand(terminal))
        .addSubcommand(new EvidenceInspectCommand(terminal))
        .addSubcommand(new EvidenceAuthenticateCommand(terminal, locations, InstantSource.system()))
        .addSubcommand(new EvidenceVerifyCommand(terminal, locations, InstantSource.system()));
  }

  private static CommandLine collateral(Terminal terminal, Locations locations) {
    return new CommandLine(new CollateralCommand(terminal))
        .addSubcommand(new CollateralExportCommand(terminal, locations, InstantSource.system()))
        .addSubcommand(new CollateralImportCommand(terminal, locations, InstantSource.system()));
  }

  private static CommandLine policy(Terminal terminal, Locations locations) {
    return new CommandLine(new PolicyCommand(terminal))
        .addSubcommand(new PolicyExplainCommand(terminal, locations));
  }

  private static CommandLine measure(Terminal terminal) {
    return new CommandLine(new MeasureCommand(terminal))
        .addSubcommand(new MeasureSnpCommand(terminal))
        .addSubcommand(new MeasureTdxCommand(terminal));
  }

  private static CommandLine guest(Terminal terminal, Locations locations) {
    GuestImages images = new GuestImages(locations);
    return new CommandLine(new GuestCommand(terminal))
        .addSubcommand(new GuestBuildCommand(terminal, images))
        .addSubcommand(new GuestCoordinatorCommand(terminal, images))
        .addSubcommand(new GuestImagesCommand(terminal, images))
        .addSubcommand(new GuestLockCommand(terminal, images));
  }

  @Override
  protected ExitCode run() {
    terminal().print(commandLine(terminal()).getUsageMessage());
    return ExitCode.DONE;
  }

  private static int usage(Terminal terminal, ParameterException failure) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    terminal.note(
        Terminal.sentence(
            new CloisterException(
                CliError.WRONG_USE,
                command.qualifiedName(),
                String.valueOf(failure.getMessage()))));
    return ExitCode.USAGE.status();
  }

  private static int failed(Terminal terminal, Exception failure, CommandLine where) {
    CloisterException known =
        failure instanceof CloisterException cloister
            ? cloister
            : new CloisterException(
                CliError.INTERNAL, where.getCommandSpec().qualifiedName(), failure.toString());
    if (where.getCommand() instanceof Command command && command.json()) {
      terminal.print(Terminal.json(known));
    } else {
      terminal.note(Terminal.sentence(known));
    }
    if (System.getenv("CLOISTER_TRACE") != null) {
      failure.printStackTrace();
    }
    return ExitCode.of(known.code().kind()).status();
  }
}
