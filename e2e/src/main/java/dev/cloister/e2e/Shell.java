package dev.cloister.e2e;

import dev.cloister.cli.Cloister;
import dev.cloister.cli.Locations;
import dev.cloister.cli.Terminal;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs commands of {@code cloister} as a person would, on one node. Words that begin with {@code @}
 * are files of the directory. For one thread.
 */
final class Shell {

  private final Locations locations;
  private final Path directory;
  private final Consumer<String> story;

  /**
   * @param story hears each command and what it printed
   */
  Shell(Locations locations, Path directory, Consumer<String> story) {
    this.locations = locations;
    this.directory = directory;
    this.story = story;
  }

  private record Ended(int status, String printed, String noted) {
    /** From its error on, which comes behind what it said on the way. */
    String error() {
      return noted.substring(Math.max(0, noted.indexOf("error CL-"))).strip();
    }
  }

  /** Runs a command that must succeed; gives what it printed. */
  String run(String... words) {
    Ended ended = execute(words);
    story.accept(("$ " + command(words) + "\n" + ended.printed()).stripTrailing());
    if (ended.status() != 0) {
      throw new CloisterException(
          E2eError.STEP_FAILED, command(words), "status " + ended.status() + ": " + ended.error());
    }
    return ended.printed();
  }

  /** Runs a command that must be refused with this code, naming this; gives the reason. */
  String refusal(ErrorCode expected, String mentions, String... words) {
    Ended ended = execute(words);
    String reason = Refusals.shown(ended.error());
    if (ended.status() == 0) {
      throw Refusals.notRefused("done: " + command(words), null);
    }
    String error = "error " + expected.code() + " ";
    if (!ended.noted().contains(error) || !ended.noted().contains(mentions)) {
      throw Refusals.notRefused(
          "refused, but with \"" + reason + "\" instead of " + expected.code(), null);
    }
    return Refusals.shown(ended.error());
  }

  private Ended execute(String... words) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream noted = new ByteArrayOutputStream();
    List<String> resolved = Arrays.stream(words).map(this::resolve).toList();
    int status =
        Cloister.run(
            new Terminal(stream(printed), stream(noted), false),
            locations,
            resolved.toArray(new String[0]));
    return new Ended(
        status, printed.toString(StandardCharsets.UTF_8), noted.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String resolve(String word) {
    return word.startsWith("@") ? directory.resolve(word.substring(1)).toString() : word;
  }

  private static String command(String... words) {
    StringBuilder line = new StringBuilder("cloister");
    for (String word : words) {
      String plain = word.startsWith("@") ? word.substring(1) : word;
      line.append(' ').append(plain.contains(" ") ? "'" + plain + "'" : plain);
    }
    return line.toString();
  }
}
