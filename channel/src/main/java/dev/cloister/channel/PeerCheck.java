package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/** Decides whether a peer's evidence is what is asked for. Called by many threads at once. */
@FunctionalInterface
public interface PeerCheck {

  /**
   * Examines evidence; called again at each renewal.
   *
   * @param kind for whom the evidence must speak
   * @param what what it must be about: its report data is {@code ReportData.of(kind, what)}
   * @param evidence as received
   * @return who the peer is
   * @throws CloisterException naming what is wrong
   */
  PeerIdentity.Proven check(EvidenceKind kind, Bytes what, Evidence evidence);
}
