package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.util.List;

/**
 * What is measured of a TD.
 *
 * @param mrTd 48 bytes
 * @param rtmrs RTMR0 to RTMR3, 48 bytes each
 */
public record TdMeasurements(Bytes mrTd, List<Bytes> rtmrs) {
  public TdMeasurements {
    rtmrs = List.copyOf(rtmrs);
    if (mrTd.size() != 48 || rtmrs.size() != 4 || rtmrs.stream().anyMatch(r -> r.size() != 48)) {
      throw new IllegalArgumentException("five measurements of 48 bytes belong here");
    }
  }
}
