package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.SimulatorMessages.GetReportResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * The two vendors that are played.
 *
 * @param snp of SEV-SNP
 * @param tdx of TDX
 */
public record SimulatedVendors(SimulatedVendor snp, SimulatedTdxVendor tdx) {

  /**
   * Opens the vendors of this directory, which are made where there are none.
   *
   * @param directory for their files
   * @param clock for the validity of what is signed
   * @param random makes keys and identifiers
   * @param progress takes a line for people when something takes long
   */
  public static SimulatedVendors open(
      Path directory, InstantSource clock, SecureRandom random, Consumer<String> progress) {
    return new SimulatedVendors(
        SimulatedVendor.open(directory.resolve("vendor"), clock, random, progress),
        SimulatedTdxVendor.open(directory.resolve("vendor-tdx"), clock, random));
  }

  /**
   * Evidence of a VM.
   *
   * @param reportData 64 bytes
   */
  GetReportResponse evidence(Measured launch, Bytes reportData) {
    return switch (launch) {
      case MeasuredLaunch vm ->
          new GetReportResponse(snp.report(vm, reportData), snp.certificateTable());
      case MeasuredTd td ->
          new GetReportResponse(tdx.quote(td, reportData), tdx.collateral().toBytes());
    };
  }
}
