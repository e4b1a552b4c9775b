package dev.cloister.simulator;

import dev.cloister.encoding.ErrorCode;

/** Why the simulator refuses or fails. */
public enum SimulatorError implements ErrorCode {
  /** A field of the launch request is missing or out of range. */
  REQUEST_INVALID(
      "CL-SIM-001",
      Kind.USAGE,
      "A field of the launch request is missing or out of range.",
      "Correct the field named."),
  /** The simulator does not play this kind of hardware. */
  TEE_UNSUPPORTED(
      "CL-SIM-002",
      Kind.USAGE,
      "The simulator does not play this kind of hardware.",
      "Ask for \"snp\" or \"tdx\"."),
  /** A boot file cannot be read. */
  FILE_UNREADABLE("CL-SIM-003", Kind.ENVIRONMENT, "A boot file cannot be read.", "Check the path."),
  /** A boot file is larger than boot files are. */
  FILE_TOO_LARGE(
      "CL-SIM-004",
      Kind.USAGE,
      "A boot file is larger than boot files are.",
      "Use the files of a guest image."),
  /** An argument for QEMU would replace what the launcher measures. */
  ARGUMENT_REFUSED(
      "CL-SIM-005",
      Kind.USAGE,
      "An argument for QEMU would replace what the launcher measures.",
      "Leave the argument out; the launcher sets it."),
  /** A VM of this id is running. */
  ALREADY_RUNNING(
      "CL-SIM-006",
      Kind.REFUSED,
      "A VM of this id is running.",
      "Use another id, or end that VM first."),
  /** QEMU did not start. */
  QEMU_FAILED(
      "CL-SIM-007",
      Kind.ENVIRONMENT,
      "QEMU did not start.",
      "Read qemu.log in the sandbox's directory."),
  /** The simulator's state directory cannot be used. */
  STATE_UNUSABLE(
      "CL-SIM-008",
      Kind.ENVIRONMENT,
      "The simulator's state directory cannot be used.",
      "Make it accessible, or remove it to start with a new simulated vendor."),
  /** The guest asked for a report with other than 64 bytes of report data. */
  REPORT_REQUEST_INVALID(
      "CL-SIM-009",
      Kind.REFUSED,
      "The guest asked for a report with other than 64 bytes of report data.",
      "Send exactly 64 bytes."),
  /** Another simulator serves this directory. */
  ALREADY_SERVING(
      "CL-SIM-010",
      Kind.ENVIRONMENT,
      "Another simulator serves this directory.",
      "Use that one, or end it first."),
  /** The simulator has as many VMs as it takes. */
  TOO_MANY_VMS(
      "CL-SIM-011", Kind.REFUSED, "The simulator has as many VMs as it takes.", "End some VMs."),
  /** The kernel did not give sealed memory. */
  SEALED_MEMORY(
      "CL-SIM-012",
      Kind.ENVIRONMENT,
      "The kernel did not give sealed memory.",
      "Use a kernel with memfd_create (3.17 or later).");

  private final String code;
  private final Kind kind;
  private final String meaning;
  private final String remedy;

  SimulatorError(String code, Kind kind, String meaning, String remedy) {
    this.code = code;
    this.kind = kind;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
