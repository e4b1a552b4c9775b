package dev.cloister.channel;

import dev.cloister.encoding.Bytes;

/**
 * Makes evidence of the VM that this code runs in. Its kind is fixed by where the code runs: the
 * agent's evidence is of kind {@code agent}, that of a container with the Coordinator's role is of
 * kind {@code coordinator}.
 */
@FunctionalInterface
public interface Attester {

  /**
   * Evidence whose report data is {@code ReportData.of(kind, what)}. Blocks for as long as the
   * security processor needs.
   *
   * @param what what the evidence is about, up to 1 KiB
   */
  Evidence attest(Bytes what);
}
