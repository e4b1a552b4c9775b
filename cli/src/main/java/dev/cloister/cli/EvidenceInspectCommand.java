package dev.cloister.cli;

import dev.cloister.attestation.Inspection;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code cloister evidence inspect}: every field of a report or quote. */
@CommandLine.Command(
    name = "inspect",
    description = {
      "Explains every field of a report or quote, in the vendor's words, and what is odd about it."
          + " It checks no signature: 'cloister evidence authenticate' does."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister evidence inspect report.bin",
      "  cloister evidence inspect quote.dat -o json"
    })
final class EvidenceInspectCommand extends Command {

  private static final int MAX_BYTES = 1 << 20;
  private static final int SHOWN = 64;

  @Parameters(paramLabel = "FILE", description = "The report or quote.")
  private Path file = Path.of("");

  EvidenceInspectCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    Inspection inspection = Inspection.of(Disk.read(file, MAX_BYTES));
    if (json()) {
      terminal().print(inspection.toJson());
    } else {
      inspection.fields().forEach(field -> terminal().print(line(field)));
      inspection.odd().forEach(sentence -> terminal().print("odd: " + sentence));
      terminal().print("Nothing of this was checked.");
    }
    return ExitCode.DONE;
  }

  private static String line(Inspection.Field field) {
    String value = field.value();
    String shown = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
    String meaning = field.meaning().isEmpty() ? "" : "  (" + field.meaning() + ")";
    return "0x%03x %4d  %-32s %s%s"
        .formatted(field.offset(), field.size(), field.name(), shown, meaning);
  }
}
