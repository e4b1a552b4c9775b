package dev.cloister.e2e;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long the demo takes from a built tree. For one thread. */
final class DemoBenchmark {

  private static final double GOAL = 240;
  private static final int MAX_SECONDS = 3600;
  private static final int MAX_STEPS = 100;

  private final Stage stage;

  DemoBenchmark(Stage stage) {
    this.stage = stage;
  }

  List<Figure> run() {
    Path answer = stage.work().resolve("demo.json");
    String cloister = stage.locations().home().resolve("cloister").toString();
    double seconds = Timing.seconds(Map.of(), answer, List.of(cloister, "demo", "--json"));
    List<Figure> figures = new ArrayList<>();
    double sum = 0;
    for (Figure step : steps(answer)) {
      sum += step.value();
      figures.add(step);
    }
    figures.add(Figure.told("all steps, each rounded up", sum, "s"));
    figures.add(new Figure("cloister demo from a built tree", seconds, "s", GOAL));
    return figures;
  }

  private static List<Figure> steps(Path answer) {
    try {
      Json json = JsonParser.parse(Bytes.of(Files.readAllBytes(answer)), JsonBudget.DOCUMENT);
      return JsonFields.of(json, "demo").list("steps", MAX_STEPS, DemoBenchmark::step);
    } catch (IOException e) {
      throw Stage.failed(answer.toString(), e);
    }
  }

  private static Figure step(Json json, String path) {
    JsonFields step = JsonFields.of(json, path);
    return Figure.told(
        step.string("kind") + ": " + step.string("name"),
        (double) step.integer("seconds", 0, MAX_SECONDS),
        "s");
  }
}
