package dev.cloister.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/errors.md} in step with the codes of all modules. {@code CLOISTER_WRITE_DOCS=1}
 * in the environment writes the page anew.
 */
class ErrorCodesTest {

  private static final Path PAGE = Path.of("../docs/errors.md");

  private static List<ErrorCode> codes() {
    List<ErrorCode> codes = new ArrayList<>();
    for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
      if (module.name().startsWith("dev.cloister.")) {
        classNames(module).stream()
            .filter(name -> name.endsWith("Error"))
            .forEach(name -> codes.addAll(constants(name)));
      }
    }
    codes.sort(Comparator.comparing(ErrorCode::code));
    return codes;
  }

  private static List<String> classNames(ResolvedModule module) {
    try (ModuleReader reader = module.reference().open();
        Stream<String> entries = reader.list()) {
      return entries
          .filter(entry -> entry.startsWith("dev/cloister/") && entry.endsWith(".class"))
          .map(entry -> entry.substring(0, entry.length() - ".class".length()).replace('/', '.'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ErrorCode> constants(String name) {
    try {
      Class<?> type = Class.forName(name);
      return ErrorCode.class.isAssignableFrom(type) && type.isEnum()
          ? Stream.of(type.getEnumConstants()).map(ErrorCode.class::cast).toList()
          : List.of();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Errors

            Every refusal and failure has a stable code, which shows in the command line, in logs and
            in the reasons of pods. The exit code of `cloister` follows from its kind: refused 1,
            wrong use 2, environment 3, undecided 4, internal 70. This page is written from the code,
            and a test holds it in step.

            | code | kind | what it means | what to do |
            | --- | --- | --- | --- |
            """);
    for (ErrorCode code : codes()) {
      page.append("| `")
          .append(code.code())
          .append("` | ")
          .append(word(code.kind()))
          .append(" | ")
          .append(code.meaning().replace("|", "\\|"))
          .append(" | ")
          .append(code.remedy().replace("|", "\\|"))
          .append(" |\n");
    }
    return page.toString();
  }

  private static String word(ErrorCode.Kind kind) {
    return switch (kind) {
      case REFUSED -> "refused";
      case USAGE -> "wrong use";
      case ENVIRONMENT -> "environment";
      case UNDECIDED -> "undecided";
      case INTERNAL -> "internal";
    };
  }

  @Test
  void thePageListsEveryCodeWithItsMeaningAndRemedy() throws IOException {
    if ("1".equals(System.getenv("CLOISTER_WRITE_DOCS"))) {
      Files.writeString(PAGE, page());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page());
  }

  @Test
  void noCodeStandsTwiceAndEachHasTheFormOfTheOthers() {
    Set<String> seen = new HashSet<>();
    List<ErrorCode> codes = codes();
    assertThat(codes).hasSizeGreaterThan(200);
    for (ErrorCode code : codes) {
      assertThat(code.code()).matches("CL-[A-Z0-9]{3}-[0-9]{3}");
      assertThat(seen.add(code.code())).as(code.code()).isTrue();
      assertThat(code.meaning()).endsWith(".");
      assertThat(code.remedy()).endsWith(".");
    }
  }
}
