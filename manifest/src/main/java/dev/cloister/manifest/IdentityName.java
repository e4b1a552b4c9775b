package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;

/**
 * The name by which a caller knows for certain which workload answers: {@code
 * WORKLOAD.NAMESPACE.DEPLOYMENT.id.cloister.internal}. It stands as a DNS name in the certificate
 * that the Coordinator gives; no manifest may give a name under its suffix.
 *
 * @param workload name of the workload, a DNS label
 * @param namespace its namespace, a DNS label
 * @param deployment name of the deployment, a DNS label
 */
public record IdentityName(String workload, String namespace, String deployment) {

  /** What every identity name ends with, and no other DNS name of a certificate does. */
  public static final String SUFFIX = "." + DnsNames.RESERVED;

  public IdentityName {
    DnsLabel.check(workload, "identity.workload");
    DnsLabel.check(namespace, "identity.namespace");
    DnsLabel.check(deployment, "identity.deployment");
  }

  /** The name of an entry of a deployment's manifest. */
  public static IdentityName of(Workload workload, Deployment deployment) {
    return new IdentityName(workload.name(), workload.namespace(), deployment.name());
  }

  /**
   * The name that {@code WORKLOAD.NAMESPACE} is short for.
   *
   * @throws CloisterException with {@link ManifestError#BAD_NAME}
   */
  public static IdentityName parse(String shortName, Deployment deployment) {
    int dot = shortName.indexOf('.');
    if (dot < 0) {
      throw new CloisterException(ManifestError.BAD_NAME, "identity", "is not WORKLOAD.NAMESPACE");
    }
    return new IdentityName(
        shortName.substring(0, dot), shortName.substring(dot + 1), deployment.name());
  }

  /** The DNS name. */
  @Override
  public String toString() {
    return workload + "." + namespace + "." + deployment + SUFFIX;
  }
}
