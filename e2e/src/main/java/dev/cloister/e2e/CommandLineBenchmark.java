package dev.cloister.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How soon the command line answers. For one thread. */
final class CommandLineBenchmark {

  private static final Path NOWHERE = Path.of("/dev/null");
  private static final String YAML_REGISTRY = "127.0.0.1:5055";

  private final Stage stage;
  private final int runs;
  private final String cloister;

  CommandLineBenchmark(Stage stage, int runs) {
    this.stage = stage;
    this.runs = runs;
    this.cloister = stage.locations().home().resolve("cloister").toString();
  }

  List<Figure> run() {
    List<Figure> figures = new ArrayList<>(help());
    figures.add(generate());
    return figures;
  }

  private List<Figure> help() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<Double> version = new ArrayList<>();
    List<Double> help = new ArrayList<>();
    List<Double> command = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      version.add(time(List.of(java, "-version")));
      help.add(time(List.of(cloister, "--help")));
      command.add(time(List.of(cloister, "completion", "bash")));
    }
    double beside = Timing.median(version);
    return List.of(
        Figure.told("java -version", beside, "s"),
        Figure.told("cloister --help", Timing.median(help), "s"),
        new Figure("cloister --help / java -version", Timing.median(help) / beside, "", 3),
        Figure.told(
            "cloister completion (the smallest command that needs Java) / java -version",
            Timing.median(command) / beside,
            ""));
  }

  private static double time(List<String> command) {
    return Timing.seconds(Map.of(), NOWHERE, command);
  }

  private Figure generate() {
    stage.build();
    stage.publish();
    Path directory = stage.work().resolve("owner");
    Path yaml = directory.resolve("kv.yaml");
    Map<String, String> environment = new HashMap<>(stage.locations().environment());
    Path messages = stage.work().resolve("generate.out");
    List<String> initialise =
        List.of(cloister, "init", "--simulated", "--directory", directory.toString());
    Timing.seconds(environment, messages, initialise);
    write(yaml);
    List<String> command =
        List.of(
            cloister,
            "generate",
            yaml.toString(),
            "--deployment",
            directory.resolve("deployment.json").toString(),
            "--to",
            directory.resolve("generated").toString());
    Timing.seconds(environment, messages, command);
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < Math.min(runs, 5); i++) {
      seconds.add(Timing.seconds(environment, messages, command));
    }
    return new Figure(
        "cloister generate of the example, images in the cache", Timing.median(seconds), "s", 2);
  }

  private void write(Path yaml) {
    Path example = stage.locations().home().resolve("examples").resolve("kv").resolve("kv.yaml");
    try {
      Files.writeString(
          yaml, Files.readString(example).replace(YAML_REGISTRY, stage.registry().address()));
    } catch (IOException e) {
      throw Stage.failed(yaml.toString(), e);
    }
  }
}
