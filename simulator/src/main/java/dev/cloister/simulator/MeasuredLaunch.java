package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;

/**
 * What a report says of one VM.
 *
 * @param launchDigest 48 bytes
 * @param hostData 32 bytes
 * @param reportId 32 bytes, another one for each VM
 */
record MeasuredLaunch(Bytes launchDigest, Bytes hostData, Bytes reportId) {
  MeasuredLaunch {
    if (launchDigest.size() != 48 || hostData.size() != 32 || reportId.size() != 32) {
      throw new IllegalArgumentException("48, 32 and 32 bytes belong here");
    }
  }
}
