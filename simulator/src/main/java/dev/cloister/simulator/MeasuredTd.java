package dev.cloister.simulator;

import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;

/**
 * What a quote says of one TD.
 *
 * @param measurements MRTD and registers
 * @param hostData SHA-256 of the initdata, 32 bytes: MRCONFIGID, with 16 zeros after it
 */
record MeasuredTd(TdMeasurements measurements, Bytes hostData) implements Measured {
  MeasuredTd {
    if (hostData.size() != 32) {
      throw new IllegalArgumentException("32 bytes belong here");
    }
  }

  @Override
  public Bytes launchDigest() {
    return measurements.mrTd();
  }

  @Override
  public void put(Json.ObjectBuilder record) {
    record
        .put("mrTd", measurements.mrTd().toHex())
        .put("rtmrs", Json.ofStrings(measurements.rtmrs().stream().map(Bytes::toHex).toList()))
        .put("hostData", hostData.toHex());
  }
}
