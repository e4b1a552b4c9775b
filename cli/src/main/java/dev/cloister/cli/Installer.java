package dev.cloister.cli;

import dev.cloister.cli.Prerequisite.Purpose;
import dev.cloister.encoding.CloisterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Brings what a machine lacks: as root on Debian by installing packages, saying so. */
public final class Installer {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  // RUNLEVEL keeps the services of packages from being started: Cloister starts its own.
  private static final Map<String, String> QUIETLY =
      Map.of("DEBIAN_FRONTEND", "noninteractive", "RUNLEVEL", "1");

  private final Terminal terminal;

  /** Says on this terminal what it does. */
  public Installer(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Ends when this machine has everything that the purpose needs.
   *
   * @throws CloisterException with {@link CliError#HOST_LACKS}, naming the command that fixes it
   */
  public void bring(Purpose purpose) {
    List<Prerequisite> missing = missing(purpose);
    List<String> packages =
        missing.stream().flatMap(p -> p.packages().stream()).distinct().toList();
    if (!packages.isEmpty() && Host.isRoot() && Host.isDebian()) {
      terminal.note("installing with apt-get: " + String.join(" ", packages));
      install(packages);
      missing = missing(purpose);
    }
    if (!missing.isEmpty()) {
      throw lacks(missing);
    }
  }

  private static List<Prerequisite> missing(Purpose purpose) {
    return Doctor.examine().stream().filter(p -> p.isFor(purpose) && p.missing()).toList();
  }

  private static CloisterException lacks(List<Prerequisite> missing) {
    List<String> names = missing.stream().map(Prerequisite::name).toList();
    List<String> fixes = missing.stream().map(Prerequisite::fix).distinct().toList();
    return new CloisterException(
        CliError.HOST_LACKS,
        String.join(", ", names),
        "missing on this machine; run: " + String.join(" && ", fixes));
  }

  private void install(List<String> packages) {
    List<String> command =
        new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
    command.addAll(packages);
    Host.Outcome outcome =
        terminal.during("apt-get install", () -> Host.run(LIMIT, QUIETLY, command));
    if (outcome.status() == 0) {
      return;
    }
    terminal.during("apt-get update", () -> Host.run(LIMIT, QUIETLY, List.of("apt-get", "update")));
    Host.Outcome second =
        terminal.during("apt-get install", () -> Host.run(LIMIT, QUIETLY, command));
    if (second.status() != 0) {
      throw new CloisterException(CliError.PROGRAM_FAILED, "apt-get", lastLine(second.output()));
    }
  }

  private static String lastLine(String output) {
    List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "failed without a message" : lines.getLast();
  }
}
