package dev.cloister.e2e;

import dev.cloister.cli.Command;
import dev.cloister.cli.CommandProvider;
import dev.cloister.cli.Terminal;

/** Adds {@code demo} to the command line of a source tree. */
public final class DemoProvider implements CommandProvider {

  /** Made by the service loader. */
  public DemoProvider() {}

  @Override
  public Command command(Terminal terminal) {
    return new DemoCommand(terminal);
  }
}
