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
  BAD_KEY_FILE(
      "CL-CLI-018",
      "A file holds no private key that can be used.",
      "Write the key as PKCS #8 in PEM, not encrypted: openssl pkcs8 -topk8 -nocrypt.",
      Kind.USAGE),
  NO_KEY(
      "CL-CLI-019",
      "There is no key to sign with.",
      "Name private keys with --key, or sign elsewhere with --prepare and --signature.",
      Kind.USAGE),
  ROOT_UNPROVEN(
      "CL-CLI-020",
      "A first transition names the root key of one Coordinator, which nothing proves here.",
      "Name the Coordinator with --coordinator, or with --root a digest from one who checked it.",
      Kind.REFUSED),
  NO_COORDINATOR(
      "CL-CLI-021",
      "It is not known where the Coordinator is.",
      "Name it with --coordinator HOST:PORT.",
      Kind.USAGE),
  NO_SHARE(
      "CL-CLI-022",
      "No share opens with the key.",
      "Name the share that was made for this key, and the owner's X25519 key.",
      Kind.USAGE),
  NOT_IN_FORCE(
      "CL-CLI-023",
      "The Coordinator took the transition but does not prove that it is in force.",
      "Do not rely on it: ask again with 'cloister history', and find out what answers there.",
      Kind.REFUSED),
  SHARE_MISSING(
      "CL-CLI-024",
      "The Coordinator did not give a share for each recovery owner.",
      "Put nothing into the deployment: after a restart it could not be recovered.",
      Kind.REFUSED),
  SHARE_REFUSED(
      "CL-CLI-025",
      "The Coordinator did not take the share.",
      "Hand in the share that was made for this deployment's newest recovery owners.",
      Kind.REFUSED),
  NO_SERVICE_ADDRESS(
      "CL-CLI-026",
      "Services have no addresses of their own on a single machine: their names lead to the pods.",
      "Let the Service have the port of its pods, or write the pods' port.",
      Kind.USAGE),
  BAD_REQUEST(
      "CL-CLI-030",
      "The request about evidence is not one of the published form.",
      "Compare it with docs/schemas/evidence-request.schema.json.",
      Kind.USAGE),
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
