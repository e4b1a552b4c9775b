package dev.cloister.agent;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReportData;
import dev.cloister.channel.Attester;
import dev.cloister.channel.Evidence;
import dev.cloister.encoding.Bytes;

/**
 * Evidence of this VM as it travels: with the initdata that it names. The kind is fixed by whom it
 * speaks for (design D4), and no caller chooses it.
 *
 * @param kind for whom the evidence speaks
 * @param source where it comes from
 * @param initdata the checked document
 */
record AgentAttester(EvidenceKind kind, EvidenceSource source, Bytes initdata) implements Attester {

  @Override
  public Evidence attest(Bytes what) {
    EvidenceSource.Raw raw = source.report(ReportData.of(kind, what));
    return new Evidence(raw.type().text(), raw.report(), raw.certificates(), initdata);
  }
}
