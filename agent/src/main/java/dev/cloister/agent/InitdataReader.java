package dev.cloister.agent;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReportData;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.InitdataDisk;
import java.io.FileInputStream;
import java.io.IOException;

/**
 * Reads the initdata disk and compares the document's SHA-256 with the host data in the VM's own
 * evidence. Nothing of the document is read before it is known to be the measured one.
 */
final class InitdataReader {

  static final String SERIAL = "cloister-initdata";
  private static final long WAIT_MILLIS = 10_000;

  private InitdataReader() {}

  static Initdata read(Machine machine, EvidenceSource evidence) {
    Bytes document = document(machine.root() + "/dev/" + machine.disk(SERIAL, WAIT_MILLIS));
    Bytes digest = document.sha256();
    Bytes reportData = ReportData.of(EvidenceKind.AGENT, digest);
    EvidenceSource.Raw raw = evidence.report(reportData);
    Evidence own = Evidence.bare(raw.type(), raw.report());
    if (!own.claimedReportData().equals(reportData)) {
      throw new CloisterException(
          AgentError.EVIDENCE, "reportData", "the report answers another request");
    }
    if (!own.claimsInitdata(digest)) {
      throw new CloisterException(
          AgentError.INITDATA_MISMATCH,
          SERIAL,
          "evidence names " + own.claimedHostData().toHex() + ", the disk holds " + digest.toHex());
    }
    return Initdata.parse(document);
  }

  private static Bytes document(String disk) {
    try (FileInputStream in = new FileInputStream(disk)) {
      int size = InitdataDisk.documentSize(Bytes.of(in.readNBytes(InitdataDisk.HEADER_SIZE)));
      byte[] document = in.readNBytes(size);
      if (document.length != size) {
        throw new CloisterException(AgentError.INITDATA_MISMATCH, disk, "the disk is cut short");
      }
      return Bytes.of(document);
    } catch (IOException e) {
      throw new CloisterException(AgentError.MACHINE, disk, String.valueOf(e.getMessage()), e);
    }
  }
}
