package dev.cloister.agent;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/**
 * Reports of genuine hardware through the kernel's {@code tsm} in configfs (Linux,
 * Documentation/ABI/testing/configfs-tsm-report): make a directory, write {@code inblob}, read
 * {@code outblob} and {@code auxblob}; {@code generation} counts the writes, so a report of another
 * request shows. One request at a time.
 */
final class TsmEvidence implements EvidenceSource {

  private static final int MAX_BLOB = 64 * 1024;

  private final String directory;

  TsmEvidence(String directory) {
    this.directory = directory;
  }

  @Override
  public synchronized Raw report(Bytes reportData) {
    File entry = new File(directory, "cloister");
    if (!entry.mkdir() && !entry.isDirectory()) {
      throw failed(entry.getPath(), "the kernel offers no evidence here (ENXIO)", null);
    }
    try {
      String provider = SmallFile.read(entry + "/provider");
      if (!provider.equals("sev_guest")) {
        throw failed(entry + "/provider", "it is not sev_guest", null);
      }
      long before = generation(entry);
      try (FileOutputStream in = new FileOutputStream(new File(entry, "inblob"))) {
        in.write(reportData.toArray());
      }
      Raw evidence = new Raw(EvidenceType.SNP, blob(entry, "outblob"), blob(entry, "auxblob"));
      if (generation(entry) != before + 1) {
        throw failed(entry.getPath(), "another request came between", null);
      }
      return evidence;
    } catch (IOException e) {
      throw failed(entry.getPath(), String.valueOf(e.getMessage()), e);
    }
  }

  private static long generation(File entry) throws IOException {
    return Long.parseLong(SmallFile.read(entry + "/generation"));
  }

  private static Bytes blob(File entry, String name) throws IOException {
    try (FileInputStream in = new FileInputStream(new File(entry, name))) {
      return Bytes.of(in.readNBytes(MAX_BLOB));
    }
  }

  private static CloisterException failed(
      String where, String detail, @org.jspecify.annotations.Nullable Throwable cause) {
    return new CloisterException(AgentError.EVIDENCE, where, detail, cause);
  }
}
