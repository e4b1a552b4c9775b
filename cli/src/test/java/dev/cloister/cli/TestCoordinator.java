package dev.cloister.cli;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.ReportData;
import dev.cloister.channel.Attester;
import dev.cloister.channel.Evidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Workload;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;

/** A Coordinator on loopback. */
interface TestCoordinator extends AutoCloseable {

  /** Name of the reference value that it meets. */
  String REFERENCE = "simulated";

  /** Measurement of its VM, which is none. */
  Bytes LAUNCH = Bytes.ofUtf8("a launch").sha384();

  /** Its entry in a manifest. */
  Workload entry();

  ReferenceValue reference();

  /** HOST:PORT. */
  String address();

  Head head();

  @Override
  void close() throws IOException;

  /** The security processor of a VM with this initdata, asked for a Coordinator. */
  static Attester attester(SimulatedVendor vendor, Initdata initdata) {
    return what ->
        new Evidence(
            "snp",
            vendor.report(
                LAUNCH,
                initdata.digest(),
                Bytes.ofUtf8("a vm").sha256(),
                ReportData.of(EvidenceKind.COORDINATOR, what)),
            vendor.certificateTable(),
            initdata.document());
  }

  /** What its evidence meets. */
  static ReferenceValue reference(SimulatedVendor vendor) {
    return SimulatedChip.referenceValue("guest", vendor.rootKeyDigest(), LAUNCH, 1);
  }
}
