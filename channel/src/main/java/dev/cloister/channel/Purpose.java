package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;

/**
 * What a channel is for. The purpose alone fixes who proves what, so nothing is negotiated: the
 * responder always proves that it is a Coordinator.
 */
public enum Purpose {
  /** A pod's agent asks for its certificate: it proves its initdata. */
  JOIN("join", Wanted.AGENT),
  /** An owner sets, recovers or reads: authority is the signature, never the channel. */
  OWNER("owner", Wanted.NOTHING),
  /** Another Coordinator asks for the seed: it proves its role. */
  PEER("peer", Wanted.COORDINATOR),
  /** Anyone checks what runs. */
  VERIFY("verify", Wanted.NOTHING);

  private final String text;
  private final Wanted initiatorProves;

  Purpose(String text, Wanted initiatorProves) {
    this.text = text;
    this.initiatorProves = initiatorProves;
  }

  /** The word in message 1. */
  public String text() {
    return text;
  }

  /** Whether the initiator needs evidence. */
  public boolean initiatorAttests() {
    return initiatorProves != Wanted.NOTHING;
  }

  Wanted initiatorProves() {
    return initiatorProves;
  }

  /** What one end wants the other to prove, as the messages say it. */
  enum Wanted {
    NOTHING("nothing"),
    AGENT(EvidenceKind.AGENT.text()),
    COORDINATOR(EvidenceKind.COORDINATOR.text());

    private final String text;

    Wanted(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    EvidenceKind kind() {
      return switch (this) {
        case AGENT -> EvidenceKind.AGENT;
        case COORDINATOR -> EvidenceKind.COORDINATOR;
        case NOTHING -> throw new IllegalStateException("nothing is wanted");
      };
    }
  }
}
