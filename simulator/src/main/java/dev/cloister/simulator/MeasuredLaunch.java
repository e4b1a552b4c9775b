package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;

/**
 * What a report of SNP says of one VM.
 *
 * @param launchDigest 48 bytes
 * @param hostData 32 bytes
 * @param reportId 32 bytes, another one for each VM
 */
record MeasuredLaunch(Bytes launchDigest, Bytes hostData, Bytes reportId) implements Measured {
  MeasuredLaunch {
    if (launchDigest.size() != 48 || hostData.size() != 32 || reportId.size() != 32) {
      throw new IllegalArgumentException("48, 32 and 32 bytes belong here");
    }
  }

  @Override
  public void put(Json.ObjectBuilder record) {
    record
        .put("launchDigest", launchDigest.toHex())
        .put("hostData", hostData.toHex())
        .put("reportId", reportId.toHex());
  }
}
