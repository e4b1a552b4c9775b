package dev.cloister.channel;

import dev.cloister.encoding.ErrorCode;

/** Why a channel is not opened, or not kept open. */
public enum ChannelError implements ErrorCode {
  TLS_FAILED(
      "CL-CHN-001",
      "The TLS handshake failed.",
      "Check that the address is one of an attested channel and that nothing in between breaks TLS.",
      Kind.ENVIRONMENT),
  TLS_PARAMETERS(
      "CL-CHN-002",
      "TLS agreed on something else than this protocol fixes.",
      "Use a peer that speaks this version of the attested channel.",
      Kind.REFUSED),
  CERTIFICATE_REFUSED(
      "CL-CHN-003",
      "The peer's certificate is not one self-signed certificate with a P-256 key.",
      "Use a peer that speaks the attested channel.",
      Kind.REFUSED),
  EQUAL_KEYS(
      "CL-CHN-004",
      "Both ends have the same public key: somebody reflects the connection.",
      "Check the address; do not trust what is in between.",
      Kind.REFUSED),
  DEADLINE(
      "CL-CHN-005",
      "The step was not finished in time.",
      "Try again; where it stays so, look at the peer and at the network.",
      Kind.ENVIRONMENT),
  MESSAGE_MALFORMED(
      "CL-CHN-006",
      "A message is not laid out as docs/channel.md says.",
      "Use a peer that speaks this version of the attested channel.",
      Kind.REFUSED),
  MESSAGE_TOO_LARGE(
      "CL-CHN-007",
      "A message is larger than its place allows.",
      "Use a peer that speaks this version, or make its initdata smaller.",
      Kind.REFUSED),
  MESSAGE_OUT_OF_ORDER(
      "CL-CHN-008",
      "A message came at a place where another one belongs.",
      "Use a peer that speaks this version of the attested channel.",
      Kind.REFUSED),
  CONNECTION_LOST(
      "CL-CHN-009",
      "The connection ended before the step was finished.",
      "Try again; where it stays so, look at the peer and at the network.",
      Kind.ENVIRONMENT),
  BUSY(
      "CL-CHN-010",
      "The responder has as many connections, or as many of this origin, as it takes.",
      "Try again later.",
      Kind.ENVIRONMENT),
  PIN_NOT_SERVED(
      "CL-CHN-011",
      "The responder does not serve this deployment.",
      "Check the deployment pin and the address.",
      Kind.REFUSED),
  PURPOSE_NOT_SERVED(
      "CL-CHN-012",
      "The responder does not serve this purpose.",
      "Connect to a responder that does.",
      Kind.REFUSED),
  WANTED_DIFFERS(
      "CL-CHN-013",
      "A peer wants something else proven than the purpose fixes: somebody tries a downgrade.",
      "Use a peer that speaks this version of the attested channel.",
      Kind.REFUSED),
  ATTESTER_FAILED(
      "CL-CHN-014",
      "The evidence of this end could not be made.",
      "Look at the security processor or at the simulator.",
      Kind.ENVIRONMENT),
  RESPONDER_REFUSED(
      "CL-CHN-015",
      "The responder's evidence was refused; the cause says why.",
      "Do not trust this responder; follow the remedy of the cause.",
      Kind.REFUSED),
  PATH_INVALID(
      "CL-CHN-016",
      "The batching path is not one that a tree of this depth can have.",
      "Do not trust this responder.",
      Kind.REFUSED),
  HEAD_TOO_OLD(
      "CL-CHN-017",
      "The responder's newest transition is older than one already known.",
      "The responder was rolled back, or is another instance: recover it with the newest transition.",
      Kind.REFUSED),
  HEAD_FORKED(
      "CL-CHN-018",
      "The responder has another transition of the same number than the one already known.",
      "The history was forked: ask the owners which one is theirs.",
      Kind.REFUSED),
  INITIATOR_REFUSED(
      "CL-CHN-019",
      "The initiator's evidence was refused; the cause says why.",
      "Follow the remedy of the cause.",
      Kind.REFUSED),
  PROOF_MISSING(
      "CL-CHN-020",
      "The purpose needs evidence of the initiator, and it gave none.",
      "Connect with evidence.",
      Kind.REFUSED),
  PROOF_UNWANTED(
      "CL-CHN-021",
      "The initiator gave evidence where the purpose has none.",
      "Use a peer that speaks this version of the attested channel.",
      Kind.REFUSED),
  KEM_REFUSED(
      "CL-CHN-022",
      "The ML-KEM key or ciphertext is not a valid one.",
      "Do not trust this peer.",
      Kind.REFUSED),
  FINISHED_DIFFERS(
      "CL-CHN-023",
      "The two ends did not see the same messages or do not hold the same keys.",
      "Somebody changed the exchange: do not trust what is in between.",
      Kind.REFUSED),
  REFUSED_BY_PEER(
      "CL-CHN-024",
      "The peer refused, and says at which step and with which code.",
      "Follow the remedy of the code that the peer named.",
      Kind.REFUSED),
  RENEWAL_OVERDUE(
      "CL-CHN-025", "The exchange was not repeated in time.", "Connect again.", Kind.REFUSED),
  RENEWAL_CHANGED(
      "CL-CHN-026",
      "The repeated exchange is about another purpose, deployment, round or VM than the first one.",
      "Do not trust this peer.",
      Kind.REFUSED),
  TRUNCATED(
      "CL-CHN-027",
      "The connection ended without the mark of its end.",
      "Treat what was received as incomplete, and connect again.",
      Kind.ENVIRONMENT),
  CLOSED("CL-CHN-028", "The channel is closed.", "Connect again.", Kind.ENVIRONMENT),
  UNWRAP_REFUSED(
      "CL-CHN-029",
      "A wrapped secret was changed, is of another channel, or was wrapped for something else.",
      "Do not use the secret; connect again.",
      Kind.REFUSED),
  EVIDENCE_TYPE_UNKNOWN(
      "CL-CHN-030",
      "The evidence is of a type that is not known here.",
      "Use a release that knows this type.",
      Kind.REFUSED),
  DEPLOYMENT_DIFFERS(
      "CL-CHN-031",
      "The peer's VM belongs to another deployment.",
      "Check the deployment pin and the address.",
      Kind.REFUSED),
  EVIDENCE_UNDECIDED(
      "CL-CHN-032",
      "It cannot be decided whether the evidence is genuine: something that is needed is missing.",
      "Let the peer send its certificates along.",
      Kind.UNDECIDED);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  ChannelError(String code, String meaning, String remedy, Kind kind) {
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
