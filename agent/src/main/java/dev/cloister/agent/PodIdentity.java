package dev.cloister.agent;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.manifest.Initdata;

/**
 * What the pod is, checked against its own evidence, and where it gets evidence from.
 *
 * @param initdata the checked document
 * @param source where evidence comes from
 */
record PodIdentity(Initdata initdata, EvidenceSource source) {

  /** Evidence that speaks for the agent. */
  AgentAttester attester() {
    return new AgentAttester(EvidenceKind.AGENT, source, initdata.document());
  }
}
