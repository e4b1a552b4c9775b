package dev.cloister.e2e;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.cli.Locations;
import dev.cloister.cli.Terminal;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The benchmarks that need a pod or the command line; the scripts in {@code bench/} run them. A
 * goal that is missed is printed, and is no failure.
 */
public final class Benchmarks {

  private Benchmarks() {}

  /** Runs one. Exit code 0 when it was measured, 2 for wrong use, 3 where it could not be. */
  public static void main(String[] arguments) {
    if (arguments.length != 1 && arguments.length != 3) {
      usage();
    }
    String option = arguments.length == 3 ? arguments[1] : "";
    String value = arguments.length == 3 ? arguments[2] : "0";
    if (!value.matches("[0-9]{1,3}")) {
      usage();
    }
    System.exit(run(arguments[0], option, Integer.parseInt(value)));
  }

  private static void usage() {
    System.err.println("usage: cli|container|coordinator [--runs N], memory [--pods N], demo");
    System.exit(2);
  }

  private static int run(String which, String option, int number) {
    Terminal terminal = Terminal.ofProcess();
    terminal.print(load());
    try (Stage stage = new Stage(terminal, Locations.of(System.getenv()), EvidenceType.SNP)) {
      List<Figure> figures = measure(stage, which + option, number);
      figures.forEach(figure -> terminal.print(figure.row()));
      terminal.print(load());
      return figures.isEmpty() ? 2 : 0;
    } catch (CloisterException e) {
      terminal.note(Terminal.sentence(e));
      return 3;
    }
  }

  /** When it is interrupted, what it started ends with it. */
  private static List<Figure> measure(Stage stage, String which, int number) {
    Thread cleaning = Thread.ofPlatform().unstarted(stage::close);
    Runtime.getRuntime().addShutdownHook(cleaning);
    try {
      return switch (which) {
        case "cli", "cli--runs" -> new CommandLineBenchmark(stage, or(number, 11)).run();
        case "container", "container--runs" ->
            new ContainerBenchmark(stage, Math.max(2, or(number, 5))).run();
        case "memory", "memory--pods" -> new MemoryBenchmark(stage, or(number, 10)).run();
        case "coordinator", "coordinator--runs" ->
            new CoordinatorBenchmark(stage, or(number, 3)).run();
        case "demo" -> new DemoBenchmark(stage).run();
        default -> List.of();
      };
    } finally {
      Runtime.getRuntime().removeShutdownHook(cleaning);
    }
  }

  private static int or(int number, int standard) {
    return number == 0 ? standard : number;
  }

  /** How busy the machine is: a figure of a loaded machine is worth less. */
  private static String load() {
    try {
      String[] averages = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
      return "load average "
          + averages[0]
          + " on "
          + Runtime.getRuntime().availableProcessors()
          + " processors";
    } catch (IOException e) {
      throw Stage.failed("/proc/loadavg", e);
    }
  }
}
