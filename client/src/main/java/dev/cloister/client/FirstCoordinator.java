package dev.cloister.client;

import dev.cloister.attestation.Trusted;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Workload;
import java.security.cert.X509Certificate;

/**
 * A fresh Coordinator that waits for its first transition, checked against the manifest that its
 * owners are about to sign. Only {@link CoordinatorLink#verifyFirst} makes one. Immutable.
 */
public final class FirstCoordinator {

  private final Workload entry;
  private final Trusted evidence;
  private final X509Certificate rootCertificate;

  FirstCoordinator(Workload entry, Trusted evidence, X509Certificate rootCertificate) {
    this.entry = entry;
    this.evidence = evidence;
    this.rootCertificate = rootCertificate;
  }

  /** Its entry in that manifest. */
  public Workload entry() {
    return entry;
  }

  /** Why its VM is trusted, if that manifest is. */
  public Trusted evidence() {
    return evidence;
  }

  /** The root CA of this instance. */
  public X509Certificate rootCertificate() {
    return rootCertificate;
  }

  /** SHA-256 of the root CA's SubjectPublicKeyInfo: what the first transition names. */
  public Bytes rootKeyDigest() {
    return Authorities.keyDigest(rootCertificate);
  }
}
