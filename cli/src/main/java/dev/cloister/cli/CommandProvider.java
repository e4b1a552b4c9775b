package dev.cloister.cli;

/**
 * A command that another module adds to the command line; found with {@link
 * java.util.ServiceLoader}.
 */
public interface CommandProvider {

  /** The command, which prints on the terminal. */
  Command command(Terminal terminal);
}
