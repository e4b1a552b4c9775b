package dev.cloister.simulator;

import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;

/**
 * What a quote says of one TD.
 *
 * @param measurements MRTD and registers
 * @param hostData SHA-256 of the initdata, 32 bytes: MRCONFIGID, with 16 zeros after it
 */
record MeasuredTd(TdMeasurements measurements, Bytes hostData) {
  MeasuredTd {
    if (hostData.size() != 32) {
      throw new IllegalArgumentException("32 bytes belong here");
    }
  }
}
