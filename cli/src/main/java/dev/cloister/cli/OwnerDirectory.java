package dev.cloister.cli;

import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.RecoveryShare;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * An owner's files of one deployment: {@code deployment.json}, and in {@code transitions/} what has
 * been put into force as far as it is known here. Nothing in it is believed before it is checked
 * from {@code deployment.json} on.
 */
final class OwnerDirectory {

  /** Name of the file that says who owns the deployment. */
  static final String DEPLOYMENT = "deployment.json";

  /** Directory of the encrypted shares. */
  static final String SHARES = "shares";

  private static final int MAX_DEPLOYMENT = 64 << 10;
  private static final String TRANSITIONS = "transitions";

  private final Path path;

  OwnerDirectory(Path path) {
    this.path = path;
  }

  /** A file of the directory. */
  Path file(String name) {
    return path.resolve(name);
  }

  /** The deployment. */
  Deployment deployment() {
    return Documents.read(path.resolve(DEPLOYMENT), MAX_DEPLOYMENT, Deployment::parse);
  }

  /** The transitions that are known here, oldest first. */
  List<HistoryEntry> entries() {
    List<HistoryEntry> entries = new ArrayList<>();
    for (long number = 1; Files.exists(transition(number)); number++) {
      Bytes manifest = Disk.read(manifest(number), Manifest.MAX_SIZE);
      entries.add(new HistoryEntry(Documents.transition(transition(number)), manifest));
    }
    return entries;
  }

  /** What the owners decided, as far as it is known here. */
  History history() {
    return History.replay(deployment(), entries());
  }

  /** The manifest that a transition which is known here put into force. */
  Manifest manifestOf(long number) {
    return Documents.manifest(manifest(number));
  }

  /** The last manifest of a chain, where there is one. */
  static List<Manifest> newestManifest(List<HistoryEntry> entries) {
    return entries.isEmpty() ? List.of() : List.of(Manifest.parse(entries.getLast().manifest()));
  }

  /** Keeps a chain of transitions from the first one on; those that are here are not written. */
  void keepAll(List<HistoryEntry> entries) {
    for (HistoryEntry entry : entries) {
      long number = entry.transition().transition().head().number();
      if (!Files.exists(transition(number))) {
        Disk.write(manifest(number), entry.manifest());
        Disk.write(transition(number), entry.transition().document());
      }
    }
  }

  /** Keeps the CAs for programs that speak to workloads. */
  List<Path> keepAuthorities(VerifiedCoordinator verified) {
    Path root = path.resolve("root-ca.pem");
    Path mesh = path.resolve("mesh-ca.pem");
    Disk.write(root, Pem.blocks(Pem.CERTIFICATE, encoded(List.of(verified.rootCertificate()))));
    Disk.write(mesh, Pem.blocks(Pem.CERTIFICATE, encoded(verified.meshCertificates())));
    return List.of(root, mesh);
  }

  private static List<Bytes> encoded(List<X509Certificate> certificates) {
    List<Bytes> all = new ArrayList<>();
    try {
      for (X509Certificate certificate : certificates) {
        all.add(Bytes.of(certificate.getEncoded()));
      }
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was decoded", e);
    }
    return all;
  }

  /** Keeps encrypted shares: {@code shares/share-TRANSITION-INDEX.json}. */
  List<Path> keepShares(List<RecoveryShare> shares) {
    List<Path> files = new ArrayList<>();
    for (RecoveryShare share : shares) {
      Path file = path.resolve(SHARES).resolve(nameOf(share));
      Disk.write(file, share.document());
      files.add(file);
    }
    return files;
  }

  /** Name of a share's file. */
  static String nameOf(RecoveryShare share) {
    return "share-" + share.label().head().number() + "-" + share.label().index() + ".json";
  }

  private Path transition(long number) {
    return path.resolve(TRANSITIONS).resolve(number + ".json");
  }

  private Path manifest(long number) {
    return path.resolve(TRANSITIONS).resolve(number + ".manifest.json");
  }
}
