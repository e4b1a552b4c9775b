package dev.cloister.client;

import dev.cloister.encoding.ErrorCode;

/** Why a deployment is not verified. */
public enum ClientError implements ErrorCode {
  BAD_ADDRESS(
      "CL-CLT-001",
      "The address is not HOST or HOST:PORT, or has no pin before an @ where one belongs.",
      "Write a host name or IP address, then a colon and the port; IPv6 addresses in brackets.",
      Kind.USAGE),
  UNREACHABLE(
      "CL-CLT-002",
      "Nothing answers at the address.",
      "Check the address and that the Coordinator runs.",
      Kind.ENVIRONMENT),
  SIMULATED_NOT_ALLOWED(
      "CL-CLT-003",
      "The deployment accepts evidence of simulated processors, which protect nothing.",
      "Do not trust it with anything real; to try things out, say --allow-simulated.",
      Kind.REFUSED),
  EVIDENCE_DIFFERS(
      "CL-CLT-004",
      "The evidence is not about this question, or not of this deployment.",
      "Do not use this Coordinator; check pin and address.",
      Kind.REFUSED),
  COORDINATOR_NOT_LISTED(
      "CL-CLT-005",
      "The manifest in force lists no Coordinator with the initdata that this one has.",
      "Do not use this Coordinator; owners list a new one by a transition.",
      Kind.REFUSED),
  EVIDENCE_UNDECIDED(
      "CL-CLT-006",
      "Nothing was found wrong with the evidence, but it cannot be decided.",
      "Add what is named as missing.",
      Kind.UNDECIDED),
  HEAD_DIFFERS(
      "CL-CLT-007",
      "The history that was shown does not end where the Coordinator's evidence says.",
      "Do not use this Coordinator.",
      Kind.REFUSED),
  HISTORY_MALFORMED(
      "CL-CLT-008",
      "A part of the history is not laid out as it must be.",
      "Use a Coordinator of the same version.",
      Kind.REFUSED),
  HISTORY_TOO_LARGE(
      "CL-CLT-009",
      "The history has more transitions, more bytes or takes longer than allowed.",
      "Do not use this Coordinator, or raise the limit that is named.",
      Kind.REFUSED),
  ROOT_DIFFERS(
      "CL-CLT-010",
      "The root CA has not the key that the first transition names: another instance answers.",
      "Do not use this Coordinator.",
      Kind.REFUSED),
  BAD_AUTHORITY(
      "CL-CLT-011",
      "A CA certificate has another form, or is not signed by the root CA.",
      "Do not use this Coordinator.",
      Kind.REFUSED),
  AWAITING_FIRST(
      "CL-CLT-012",
      "The Coordinator has no transition yet, so nothing says what may run.",
      "Wait until its owners have set the first manifest.",
      Kind.UNDECIDED),
  RECOVERING(
      "CL-CLT-013",
      "The Coordinator restarted and waits for its recovery owners.",
      "Wait until they have handed in enough shares with 'cloister recover'.",
      Kind.UNDECIDED),
  WRONG_PHASE(
      "CL-CLT-014",
      "The Coordinator is in another phase than the step needs.",
      "Look at its state and decide anew.",
      Kind.REFUSED),
  STATE_MALFORMED(
      "CL-CLT-015",
      "What the Coordinator says about itself is not laid out as it must be.",
      "Use a Coordinator of the same version.",
      Kind.REFUSED),
  ATTEST_MALFORMED(
      "CL-CLT-016",
      "The answer to /attest is not laid out as docs/verify.md says.",
      "Use a Coordinator of the same version.",
      Kind.REFUSED),
  MEMORY_UNUSABLE(
      "CL-CLT-017",
      "The memory of known heads cannot be read or written, so an older state would go unnoticed.",
      "Correct the file or its permissions, or name another; do not delete one that is there.",
      Kind.ENVIRONMENT),
  IDENTITY_UNKNOWN(
      "CL-CLT-018",
      "The manifest in force lists no workload of this name and namespace.",
      "Name a workload as WORKLOAD.NAMESPACE, as the manifest has it.",
      Kind.USAGE),
  IDENTITY_DIFFERS(
      "CL-CLT-019",
      "The workload that answered has another identity than the one wanted.",
      "Do not use the connection; check the address.",
      Kind.REFUSED);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  ClientError(String code, String meaning, String remedy, Kind kind) {
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
