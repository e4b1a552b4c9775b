package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Steps and attacks on a stage, one after the other, and what became of them. For one thread. */
final class Steps {

  private final Stage stage;
  private final Consumer<StepResult> seen;
  private final List<StepResult> results = new ArrayList<>();

  /**
   * @param seen hears each result as it comes
   */
  Steps(Stage stage, Consumer<StepResult> seen) {
    this.stage = stage;
    this.seen = seen;
  }

  /**
   * One more step.
   *
   * @param work gives what was seen
   * @return whether it went as it should
   */
  boolean step(String name, Supplier<String> work) {
    return record(name, StepResult.Kind.STEP, work);
  }

  /** One more attack, which has to be refused by the part that should refuse it. */
  void attack(Attack attack) {
    record(
        attack.name(),
        StepResult.Kind.ATTACK,
        () -> attack.refuser() + ": " + attack.attempt(stage));
  }

  List<StepResult> results() {
    return List.copyOf(results);
  }

  private boolean record(String name, StepResult.Kind kind, Supplier<String> work) {
    stage.terminal().note("== " + (kind == StepResult.Kind.ATTACK ? "attack: " : "") + name);
    long start = System.nanoTime();
    StepResult result;
    try {
      String detail = work.get();
      result = new StepResult(name, kind, true, millisSince(start), detail);
    } catch (CloisterException e) {
      String detail = Refusals.shown(String.valueOf(e.getMessage()));
      result = new StepResult(name, kind, false, millisSince(start), detail);
    }
    results.add(result);
    seen.accept(result);
    return result.ok();
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }
}
