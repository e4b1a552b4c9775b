package dev.cloister.coordinator;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedVendor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/** The simulated vendor, at a time that stands still; its keys are made once for all modules. */
final class TestVendor {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static final Bytes LAUNCH = Bytes.ofUtf8("a launch").sha384();
  private static final Bytes VM = Bytes.ofUtf8("a vm").sha256();
  private static final SimulatedVendor VENDOR = at(InstantSource.fixed(NOW));

  private TestVendor() {}

  private static SimulatedVendor at(InstantSource clock) {
    return SimulatedVendor.open(
        Path.of("..", "target", "simulated-vendor").toAbsolutePath().normalize(),
        clock,
        new SecureRandom(),
        _ -> {});
  }

  static Bytes certificates() {
    return VENDOR.certificateTable();
  }

  /**
   * The same chain with a revocation list that holds now, for processes with a clock of their own.
   */
  static Bytes certificatesOfToday() {
    return at(InstantSource.system()).certificateTable();
  }

  static ReferenceValue reference() {
    return reference(LAUNCH);
  }

  /** One of another guest image. */
  static ReferenceValue otherReference() {
    return reference(Bytes.ofUtf8("another launch").sha384());
  }

  private static ReferenceValue reference(Bytes launchDigest) {
    return SimulatedChip.referenceValue("guest", VENDOR.rootKeyDigest(), launchDigest, 1);
  }

  /** A signed report. */
  static Bytes report(Bytes reportData, Bytes hostData) {
    return VENDOR.report(LAUNCH, hostData, VM, reportData);
  }
}
