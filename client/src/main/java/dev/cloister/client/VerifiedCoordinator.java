package dev.cloister.client;

import dev.cloister.attestation.Trusted;
import dev.cloister.channel.Evidence;
import dev.cloister.manifest.History;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A Coordinator that proved everything it can prove. Only {@link CoordinatorLink#verify} makes one.
 * Immutable.
 */
public final class VerifiedCoordinator {

  private final ProvenHistory proven;
  private final X509Certificate rootCertificate;
  private final List<X509Certificate> meshCertificates;

  VerifiedCoordinator(
      ProvenHistory proven,
      X509Certificate rootCertificate,
      List<X509Certificate> meshCertificates) {
    this.proven = proven;
    this.rootCertificate = rootCertificate;
    this.meshCertificates = List.copyOf(meshCertificates);
  }

  /** What the owners decided, from the pin on. */
  public History history() {
    return proven.history();
  }

  /** What may run now. */
  public Manifest manifest() {
    return proven.manifest();
  }

  /** The Coordinator's own entry in the manifest. */
  public Workload entry() {
    return proven.entry();
  }

  /** Why its VM is trusted. */
  public Trusted evidence() {
    return proven.evidence();
  }

  /** The evidence as it was shown, with the initdata document of its VM. */
  public Evidence shownEvidence() {
    return proven.shown();
  }

  /** The root CA, whose key the first transition names. */
  public X509Certificate rootCertificate() {
    return rootCertificate;
  }

  /** The mesh CAs, newest first, at least one, signed by the root CA. */
  public List<X509Certificate> meshCertificates() {
    return meshCertificates;
  }
}
