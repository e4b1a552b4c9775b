package dev.cloister.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** What every command has in common: its options, its terminal, and that it ends with a code. */
public abstract class Command implements Callable<Integer> {

  @Mixin private CommonOptions options = new CommonOptions();
  private final Terminal terminal;

  protected Command(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Does what the command is for. */
  protected abstract ExitCode run();

  @Override
  public final Integer call() {
    return run().status();
  }

  protected final Terminal terminal() {
    return terminal;
  }

  /** Whether the result is to be one JSON document. */
  protected final boolean json() {
    return options.json();
  }
}
