package dev.cloister.e2e;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The demo: what Cloister is for, and every attack on it. For one thread. */
final class Demo {

  private final Stage stage;
  private final Consumer<String> story;
  private final Steps steps;

  /** What of it is shown. */
  enum Part {
    /** Everything. */
    all,
    /** One pod from plain YAML, and what a host can try. */
    pod,
    /** A deployment with owners and a Coordinator, and what its enemies can try. */
    deployment
  }

  /**
   * @param story hears what people should read
   * @param seen hears each result as it comes
   */
  Demo(Stage stage, Consumer<String> story, Consumer<StepResult> seen) {
    this.stage = stage;
    this.story = story;
    this.steps = new Steps(stage, seen);
  }

  /** Shows it; a step that fails ends it. */
  void run(Part part) {
    boolean up =
        steps.step("build what is missing", this::build)
            && steps.step("start a registry, push the images", this::publish);
    if (up && part != Part.deployment) {
      up = new PodStory(stage, story, steps).tell();
    }
    if (up && part != Part.pod) {
      new DeploymentStory(stage, story, steps).tell();
    }
  }

  /** One more step, for what comes after. */
  boolean step(String name, Supplier<String> work) {
    return steps.step(name, work);
  }

  List<StepResult> results() {
    return steps.results();
  }

  private String build() {
    stage.build();
    return "guest image " + stage.guest().name() + ", images " + stage.images().keySet();
  }

  private String publish() {
    stage.publish();
    return stage.registry().address();
  }
}
