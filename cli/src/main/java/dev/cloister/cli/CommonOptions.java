package dev.cloister.cli;

import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options that every command has. */
@CommandLine.Command(mixinStandardHelpOptions = true, version = "cloister 0.1.0")
final class CommonOptions {

  /** How results are printed. */
  enum Format {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How to print the result: ${COMPLETION-CANDIDATES}.")
  private Format format = Format.text;

  /** Whether the result is to be one JSON document. */
  boolean json() {
    return format == Format.json;
  }
}
