package dev.cloister.cli;

import dev.cloister.encoding.ErrorCode;

/** What the command line itself refuses or misses. */
enum CliError implements ErrorCode {
  WRONG_USE(
      "CL-CLI-001",
      "The command line does not say what to do.",
      "Read the help of the command: add --help.",
      Kind.USAGE),
  FILE_NOT_READABLE(
      "CL-CLI-002",
      "A file cannot be read.",
      "Check that the file exists and that you may read it.",
      Kind.ENVIRONMENT),
  FILE_NOT_WRITABLE(
      "CL-CLI-003",
      "A file or directory cannot be written.",
      "Check the directory's permissions and the free space of its disk.",
      Kind.ENVIRONMENT),
  FILE_EXISTS(
      "CL-CLI-004",
      "A file that must not be overwritten exists.",
      "Name another directory, or remove the file if nothing depends on it.",
      Kind.USAGE),
  HOST_LACKS(
      "CL-CLI-005",
      "This machine lacks something that the command needs.",
      "Run 'cloister doctor' and the commands that it prints.",
      Kind.ENVIRONMENT),
  PROGRAM_FAILED(
      "CL-CLI-006",
      "A program of this machine failed.",
      "Read its message, and correct what it names.",
      Kind.ENVIRONMENT),
  INTERRUPTED(
      "CL-CLI-007",
      "The command was interrupted.",
      "Run it again; nothing was left half-started.",
      Kind.ENVIRONMENT),
  INTERNAL(
      "CL-CLI-070",
      "A bug in Cloister.",
      "Run the command again with CLOISTER_TRACE=1 and report what it prints.",
      Kind.INTERNAL);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  CliError(String code, String meaning, String remedy, Kind kind) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
    this.kind = kind;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
