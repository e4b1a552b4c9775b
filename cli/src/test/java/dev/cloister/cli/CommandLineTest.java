package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode.Kind;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandLineTest {

  private static List<CommandLine> all(CommandLine line) {
    List<CommandLine> found = new ArrayList<>();
    for (CommandLine sub : line.getSubcommands().values()) {
      found.add(sub);
      found.addAll(all(sub));
    }
    return found;
  }

  private static JsonFields json(String text) {
    return JsonFields.of(JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT), "");
  }

  @Test
  void theHelpOfEveryCommandTeachesWithExamples() {
    for (CommandLine command : all(Cloister.commandLine(Terminal.ofProcess()))) {
      String help = command.getUsageMessage();
      assertThat(command.getCommandSpec().usageMessage().description())
          .as(command.getCommandName())
          .isNotEmpty();
      assertThat(help).as(command.getCommandName()).contains("Examples:", "--help");
    }
  }

  @Test
  void aBareCommandShowsTheHelp() {
    Session session = Session.of();
    assertThat(session.status()).isZero();
    assertThat(session.out()).contains("Usage: cloister", "doctor", "Exit codes: 0 done");
  }

  @Test
  void helpGoesToStandardOutput() {
    Session session = Session.of("init", "--help");
    assertThat(session.status()).isZero();
    assertThat(session.out()).contains("Usage: cloister init", "--simulated");
    assertThat(session.err()).isEmpty();
  }

  @Test
  void anUnknownCommandIsWrongUse() {
    Session session = Session.of("frobnicate");
    assertThat(session.status()).isEqualTo(2);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).startsWith("error CL-CLI-001 at cloister:").contains("frobnicate");
  }

  @Test
  void anUnknownOptionIsWrongUse() {
    Session session = Session.of("doctor", "--everything");
    assertThat(session.status()).isEqualTo(2);
    assertThat(session.err()).startsWith("error CL-CLI-001 at cloister doctor:");
  }

  @Test
  void aWrongUseIsOneSentenceAndARemedy() {
    Session session = Session.of("doctor", "-o", "yaml");
    assertThat(session.status()).isEqualTo(2);
    assertThat(session.err().lines()).hasSize(1);
    assertThat(session.err()).contains("--help");
  }

  @Test
  void testsAreRunByTheLauncher() {
    Session session = Session.of("test", "--unit");
    assertThat(session.status()).isEqualTo(2);
    assertThat(session.err()).contains("./cloister test --unit");
  }

  @Test
  void everyKindOfErrorHasItsExitCode() {
    assertThat(ExitCode.of(Kind.REFUSED).status()).isEqualTo(1);
    assertThat(ExitCode.of(Kind.USAGE).status()).isEqualTo(2);
    assertThat(ExitCode.of(Kind.ENVIRONMENT).status()).isEqualTo(3);
    assertThat(ExitCode.of(Kind.UNDECIDED).status()).isEqualTo(4);
    assertThat(ExitCode.of(Kind.INTERNAL).status()).isEqualTo(70);
  }

  @Test
  void anErrorSaysCodePlaceDetailAndRemedy() {
    CloisterException failure =
        new CloisterException(CliError.FILE_NOT_READABLE, "app.yaml", "there is no such file");
    assertThat(Terminal.sentence(failure))
        .isEqualTo(
            "error CL-CLI-002 at app.yaml: there is no such file."
                + " Check that the file exists and that you may read it.");
  }

  @Test
  void anErrorAsJsonHasTheSameParts() {
    CloisterException failure = new CloisterException(CliError.FILE_EXISTS, "x", "exists");
    JsonFields fields = JsonFields.of(Terminal.json(failure), "");
    assertThat(fields.bool("ok")).isFalse();
    JsonFields error = fields.object("error");
    assertThat(error.string("code")).isEqualTo("CL-CLI-004");
    assertThat(error.string("where")).isEqualTo("x");
    assertThat(error.string("remedy")).isEqualTo(CliError.FILE_EXISTS.remedy());
  }

  @Test
  void doctorAsJsonIsOneDocument() {
    Session session = Session.of("doctor", "--for", "generate", "-o", "json");
    JsonFields fields = json(session.out());
    assertThat(session.status()).isEqualTo(fields.bool("ok") ? 0 : 3);
    assertThat(fields.list("prerequisites", 100, (element, path) -> element)).isNotEmpty();
  }

  @Test
  void everyPrerequisiteThatPackagesBringNamesTheExactCommand() {
    for (Prerequisite p : Doctor.examine()) {
      assertThat(p.fix()).as(p.name()).isNotEmpty();
      if (!p.packages().isEmpty()) {
        assertThat(p.fix()).startsWith("apt-get install").endsWith(p.packages().getLast());
      }
    }
  }

  @Test
  void completionKnowsEveryCommand() {
    Session bash = Session.of("completion", "bash");
    assertThat(bash.status()).isZero();
    for (CommandLine command : all(Cloister.commandLine(Terminal.ofProcess()))) {
      assertThat(bash.out()).contains(command.getCommandName());
    }
    assertThat(Session.of("completion", "zsh").out()).contains("bashcompinit");
  }

  @Test
  void workLongerThanASecondSaysWhatGoesOn() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    String result = terminal.during("counting", () -> rest(Duration.ofMillis(1300)));
    assertThat(result).isEqualTo("rested");
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("counting … 1 s");
  }

  @Test
  void quickWorkSaysNothing() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            true);
    terminal.during("counting", () -> rest(Duration.ofMillis(1)));
    assertThat(err.size()).isZero();
  }

  private static String rest(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "rested";
  }
}
