package dev.cloister.simulator;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import java.util.List;

/** What was measured of a VM, and so what its evidence says. */
sealed interface Measured permits MeasuredLaunch, MeasuredTd {

  /** SHA-256 of the initdata, 32 bytes. */
  Bytes hostData();

  /** What the VM was built from, 48 bytes. */
  Bytes launchDigest();

  /** Adds what a record remembers of it. */
  void put(Json.ObjectBuilder record);

  /**
   * Measures what a request asks to launch.
   *
   * @param files its boot files
   * @param reportId for a VM with SNP
   */
  static Measured of(LaunchRequest request, BootFiles files, Bytes reportId) {
    return switch (EvidenceType.named(request.tee()).orElseThrow()) {
      case SNP ->
          new MeasuredLaunch(
              files.measure(request.commandLine(), request.vcpus()), request.hostData(), reportId);
      case TDX ->
          new MeasuredTd(
              files.measureTd(request.commandLine(), request.vcpus()), request.hostData());
    };
  }

  /** Reads what {@link #put} wrote. */
  static Measured read(JsonFields record) {
    Bytes hostData = record.hex("hostData", 32);
    if (record.has("rtmrs")) {
      List<Bytes> rtmrs = record.strings("rtmrs", 4).stream().map(Bytes::ofHex).toList();
      return new MeasuredTd(new TdMeasurements(record.hex("mrTd", 48), rtmrs), hostData);
    }
    return new MeasuredLaunch(record.hex("launchDigest", 48), hostData, record.hex("reportId", 32));
  }
}
