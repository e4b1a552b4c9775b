package dev.cloister.channel;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Initdata;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedTdxPlatform;
import dev.cloister.simulator.SimulatedTdxVendor;
import dev.cloister.simulator.SimulatedVendor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The simulated vendor, at a time that stands still; its keys are made once for all modules. */
final class TestVendor {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static final Bytes LAUNCH = Bytes.ofUtf8("a launch").sha384();
  private static final Bytes VM = Bytes.ofUtf8("a vm").sha256();
  private static final SimulatedVendor VENDOR =
      SimulatedVendor.open(
          Path.of("..", "target", "simulated-vendor").toAbsolutePath().normalize(),
          InstantSource.fixed(NOW),
          new SecureRandom(),
          _ -> {});

  private static final SimulatedTdxVendor TDX =
      SimulatedTdxVendor.open(
          Path.of("..", "target", "simulated-vendor-tdx").toAbsolutePath().normalize(),
          InstantSource.fixed(NOW),
          new SecureRandom());
  private static final TdMeasurements TD =
      new TdMeasurements(
          LAUNCH, List.of(LAUNCH.sha384(), Bytes.zeros(48), Bytes.zeros(48), Bytes.zeros(48)));

  private TestVendor() {}

  static Bytes certificates() {
    return VENDOR.certificateTable();
  }

  static ReferenceValue reference() {
    return SimulatedChip.referenceValue("guest", VENDOR.rootKeyDigest(), LAUNCH, 1);
  }

  /** A signed report. */
  static Bytes report(Bytes reportData, Bytes hostData) {
    return VENDOR.report(LAUNCH, hostData, VM, reportData);
  }

  /** Evidence of a TD, of the vendor of TDX that is played. */
  static Evidence quote(Bytes reportData, Initdata initdata) {
    return new Evidence(
        "tdx",
        TDX.quote(TD, initdata.digest(), reportData),
        TDX.collateral().toBytes(),
        initdata.document());
  }

  /** What such a TD meets. */
  static ReferenceValue tdxReference() {
    return SimulatedTdxPlatform.referenceValue("guest", TDX.rootKeyDigest(), TD);
  }
}
