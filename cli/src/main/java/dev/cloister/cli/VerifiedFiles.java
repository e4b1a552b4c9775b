package dev.cloister.cli;

import dev.cloister.attestation.PemCertificates;
import dev.cloister.channel.Evidence;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.client.VerifiedDeployment;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.HistoryEntry;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Writes what was verified, byte for byte as it was, for curl and for whoever checks again. */
final class VerifiedFiles {

  private final Path directory;
  private final List<String> written = new ArrayList<>();

  VerifiedFiles(Path directory) {
    this.directory = directory;
  }

  /** Writes all files, and names those that users look for. */
  List<String> write(VerifiedDeployment verified, List<HistoryEntry> entries) {
    VerifiedCoordinator coordinator = verified.coordinator();
    put("mesh-ca.pem", pem(coordinator.meshCertificates()));
    put("root-ca.pem", pem(List.of(coordinator.rootCertificate())));
    put("deployment.json", verified.deployment().document());
    put("manifest.json", verified.manifest().document());
    put("floor.json", verified.floor().document());
    Evidence evidence = coordinator.shownEvidence();
    put("coordinator/initdata.json", evidence.initdata());
    put("coordinator/report.bin", evidence.report());
    put("coordinator/certificates.bin", evidence.certificates());
    writeHistory(entries);
    return List.copyOf(written);
  }

  /** A manifest that is that of the transition before is not written again. */
  private void writeHistory(List<HistoryEntry> entries) {
    Bytes before = Bytes.EMPTY;
    for (HistoryEntry entry : entries) {
      String name = "history/" + entry.transition().transition().head().number();
      Disk.write(directory.resolve(name + ".transition.json"), entry.transition().document());
      if (!entry.manifest().equals(before)) {
        Disk.write(directory.resolve(name + ".manifest.json"), entry.manifest());
      }
      before = entry.manifest();
    }
    written.add(directory.resolve("history") + " (" + entries.size() + " transitions)");
  }

  private void put(String name, Bytes content) {
    Path file = directory.resolve(name);
    Disk.write(file, content);
    written.add(file.toString());
  }

  private static Bytes pem(List<X509Certificate> certificates) {
    return Bytes.ofUtf8(
        PemCertificates.write(certificates.stream().map(VerifiedFiles::encoded).toList()));
  }

  private static Bytes encoded(X509Certificate certificate) {
    try {
      return Bytes.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("it was decoded before", e);
    }
  }
}
