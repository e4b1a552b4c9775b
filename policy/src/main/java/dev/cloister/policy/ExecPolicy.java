package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.List;

/**
 * A command that the host may run in a container, by saying exactly its arguments.
 *
 * @param id what it is for, unique in the container: {@code livenessProbe}, {@code preStop}, …
 * @param argv the arguments, all fixed; 1 to 256
 * @param output whether the host reads what it prints, or only its exit code
 * @param tty whether it has a terminal
 * @param stdin whether the host may write to its standard input
 */
public record ExecPolicy(String id, List<String> argv, Release output, boolean tty, boolean stdin) {

  static final int MAX_ARGV = 256;

  public ExecPolicy {
    argv = List.copyOf(argv);
    Grammar.require(Grammar.isIdentifier(id), "exec[].id", "an identifier", id);
    String where = "exec[" + id + "].argv";
    Grammar.require(!argv.isEmpty() && !argv.getFirst().isEmpty(), where, "a command");
    Grammar.atMost(argv.size(), MAX_ARGV, where);
    for (String argument : argv) {
      Grammar.require(
          Grammar.isPlain(argument, Template.MAX_LENGTH), where, "shorter, and without NUL");
    }
    Grammar.agree(
        !tty || output == Release.HOST, "exec[" + id + "]", "a terminal's output goes to the host");
  }

  Json toJson() {
    return Json.object()
        .put("argv", Json.ofStrings(argv))
        .put("output", output.word())
        .put("tty", tty)
        .put("stdin", stdin)
        .build();
  }
}
