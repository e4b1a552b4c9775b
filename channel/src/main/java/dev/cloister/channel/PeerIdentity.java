package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.encoding.Bytes;

/** Who is at the other end. */
public sealed interface PeerIdentity {

  /** Anyone: the purpose asks for no evidence. Only its key is known to stay the same. */
  record Anonymous() implements PeerIdentity {}

  /**
   * A VM that proved itself for this session.
   *
   * <p>Who learns only inside the channel what to compare with (the manifest from the history, for
   * example) checks {@code evidence} about {@code what} again before believing anything else.
   *
   * @param kind for whom the evidence speaks
   * @param name the name that the check gave it, for people
   * @param what what the evidence is about
   * @param evidence the evidence as received; its initdata document's digest was compared
   */
  record Proven(EvidenceKind kind, String name, Bytes what, Evidence evidence)
      implements PeerIdentity {}
}
