package dev.cloister.collateral;

import dev.cloister.attestation.SnpEvidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.simulator.SimulatedVendor;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Evidence of a simulated chip with all that its vendor publishes about it. */
final class TestBundle {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  static final SimulatedVendor VENDOR =
      SimulatedVendor.open(
          Path.of("..", "target", "simulated-vendor").toAbsolutePath().normalize(),
          InstantSource.fixed(NOW),
          new SecureRandom(),
          _ -> {});
  static final SnpEvidence WHOLE =
      SnpEvidence.of(
          VENDOR.report(
              Bytes.ofUtf8("a launch").sha384(),
              Bytes.zeros(32),
              Bytes.ofUtf8("a vm").sha256(),
              Bytes.zeros(64)),
          VENDOR.certificateTable());
  static final SnpEvidence BARE = new SnpEvidence(WHOLE.report(), List.of(), List.of());

  private TestBundle() {}
}
