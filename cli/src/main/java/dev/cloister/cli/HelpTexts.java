package dev.cloister.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Writes the help of each command to a file of its own when the tree has been built, for the
 * launcher to show: {@code cloister --help} is {@code DIRECTORY/cloister}, {@code cloister guest
 * lock --help} is {@code DIRECTORY/cloister-guest-lock}.
 */
public final class HelpTexts {

  private HelpTexts() {}

  /** Writes them into the directory that the first argument names. */
  public static void main(String[] arguments) {
    write(Path.of(arguments[0]), "cloister", Cloister.commandLine(Terminal.ofProcess()));
  }

  static void write(Path directory, String name, CommandLine command) {
    try {
      Files.writeString(directory.resolve(name), command.getUsageMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    command.getSubcommands().forEach((sub, line) -> write(directory, name + "-" + sub, line));
  }
}
