package dev.cloister.coordinator;

import dev.cloister.encoding.ErrorCode;

/** Why a Coordinator refuses, or cannot go on. */
public enum CoordinatorError implements ErrorCode {
  NOT_READY(
      "CL-COO-001",
      "The Coordinator does not serve this in its present phase.",
      "Put the first transition into force with cloister set, or hand in shares with cloister"
          + " recover.",
      Kind.ENVIRONMENT),
  WRONG_PURPOSE(
      "CL-COO-002",
      "This call is not served on a channel of this purpose.",
      "Open a channel of the purpose that the call belongs to.",
      Kind.REFUSED),
  NOT_LISTED(
      "CL-COO-003",
      "The manifest in force lists no workload of this initdata.",
      "Let the owners put a manifest into force that lists it, or apply the YAML that it lists.",
      Kind.REFUSED),
  COORDINATOR_DOES_NOT_JOIN(
      "CL-COO-004",
      "The manifest lists this initdata as a Coordinator, which does not join as a workload.",
      "Give the workload an initdata of its own.",
      Kind.REFUSED),
  BAD_MESH_KEY(
      "CL-COO-005",
      "The public key of a join is no P-256 key in its one encoding, or its proof does not hold.",
      "Use the agent of this version.",
      Kind.REFUSED),
  PEER_CHANGED(
      "CL-COO-006",
      "The pod did not prove itself for the transition that is in force now.",
      "Wait until the channel is renewed, then join again.",
      Kind.ENVIRONMENT),
  STORE_CONFLICT(
      "CL-COO-007",
      "Another value is in the store than the one that was to be replaced.",
      "Read the newest state and try again; two Coordinators must not share one store.",
      Kind.REFUSED),
  STORE_FAILED(
      "CL-COO-008",
      "The store does not answer, or not as it must.",
      "Look whether the store runs and has room.",
      Kind.ENVIRONMENT),
  STORE_MALFORMED(
      "CL-COO-009",
      "What the store shows is no history of this deployment.",
      "Give the Coordinator the store that it wrote, unchanged.",
      Kind.REFUSED),
  STORE_ROLLED_BACK(
      "CL-COO-010",
      "The history in the store does not reach the newest transition that an owner knows.",
      "Give the Coordinator the newest state of its store; an older one is not recovered.",
      Kind.REFUSED),
  SHARE_MALFORMED(
      "CL-COO-011",
      "The bytes handed in are no recovery share of this deployment.",
      "Hand in the share that the Coordinator gave at the first transition or at the last change of"
          + " the recovery owners.",
      Kind.REFUSED),
  SHARE_WRONG(
      "CL-COO-012",
      "The named share does not belong to the seed of this deployment.",
      "Hand in the right share of the owner who is named, or that of another owner.",
      Kind.REFUSED),
  SEED_DIFFERS(
      "CL-COO-013",
      "Enough shares are there and no combination of them gives the seed of this deployment.",
      "Hand in further shares, or the right ones.",
      Kind.REFUSED),
  MANIFEST_WITHOUT_SELF(
      "CL-COO-014",
      "The manifest does not list this Coordinator's initdata with the role coordinator.",
      "Add the Coordinator's YAML to what the manifest is generated from.",
      Kind.REFUSED),
  BAD_REQUEST(
      "CL-COO-015",
      "A field of the call is out of its range.",
      "Use the same version at both ends.",
      Kind.REFUSED),
  BUSY(
      "CL-COO-016",
      "The Coordinator has as much to do as it takes at once.",
      "Try again later.",
      Kind.ENVIRONMENT),
  BAD_START(
      "CL-COO-017",
      "A file that the Coordinator needs at its start is missing or wrong.",
      "Run the Coordinator as the container of a pod whose annotation gives it the role"
          + " coordinator.",
      Kind.ENVIRONMENT),
  NO_EVIDENCE(
      "CL-COO-018",
      "The agent of the Coordinator's pod gives no evidence.",
      "Look at what the agent said, which follows, and at the security processor.",
      Kind.ENVIRONMENT),
  HISTORY_TOO_LONG(
      "CL-COO-019",
      "The history is longer than what is answered over plain HTTPS.",
      "Verify over the attested channel, as cloister verify does.",
      Kind.REFUSED);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  CoordinatorError(String code, String meaning, String remedy, Kind kind) {
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
