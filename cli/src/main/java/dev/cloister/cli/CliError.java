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
  DAEMON_FAILED(
      "CL-CLI-008",
      "A process of Cloister could not be started.",
      "Read what it said; 'cloister doctor --for run' names what this machine lacks.",
      Kind.ENVIRONMENT),
  NOT_PACKAGED(
      "CL-CLI-009",
      "The command line does not run from the jars of a build.",
      "Run it with the launcher ./cloister.",
      Kind.ENVIRONMENT),
  NO_REFERENCE_VALUES(
      "CL-CLI-010",
      "A deployment for hardware needs reference values, which only its owner can decide.",
      "Write them to a file (docs/evidence.md) and name it with --reference-values.",
      Kind.USAGE),
  NOT_GENERATED(
      "CL-CLI-011",
      "The YAML has not been through 'cloister generate'.",
      "Run 'cloister generate' on it and use the YAML that it writes.",
      Kind.USAGE),
  EVIDENCE_TYPE(
      "CL-CLI-012",
      "The evidence is of a kind that this version does not know.",
      "Use a version that knows it.",
      Kind.REFUSED),
  UNKNOWN_WORKLOAD(
      "CL-CLI-013",
      "The manifest does not list a workload of this name and namespace.",
      "Name a pod that the manifest lists, or the manifest that lists it.",
      Kind.USAGE),
  INITDATA_DIFFERS(
      "CL-CLI-014",
      "The initdata that the host showed is not the one in the evidence.",
      "Trust nothing that this host shows; ask it for the pod's genuine initdata.",
      Kind.REFUSED),
  MODE_DIFFERS(
      "CL-CLI-015",
      "The evidence is of another kind, simulated or hardware, than the deployment accepts.",
      "Use a deployment of the right mode; simulated and hardware never mix.",
      Kind.REFUSED),
  NO_SUCH_POD(
      "CL-CLI-016",
      "There is no such pod on this node.",
      "Run 'cloister ps' for the pods that there are.",
      Kind.USAGE),
  POD_FAILED(
      "CL-CLI-017",
      "A pod did not come up.",
      "Read the reason; 'cloister logs --console POD' shows what its VM said.",
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
