package dev.cloister.manifest;

/**
 * The subject by which a called workload knows for certain who calls: {@code
 * CN=WORKLOAD,OU=NAMESPACE,O=DEPLOYMENT}. Every certificate that the Coordinator gives has exactly
 * these three parts, in the order O, OU, CN of the encoding.
 *
 * @param workload name of the workload, a DNS label
 * @param namespace its namespace, a DNS label
 * @param deployment name of the deployment, a DNS label
 */
public record SubjectName(String workload, String namespace, String deployment) {

  public SubjectName {
    DnsLabel.check(workload, "subject.workload");
    DnsLabel.check(namespace, "subject.namespace");
    DnsLabel.check(deployment, "subject.deployment");
  }

  /** As RFC 2253 writes it: {@code CN=WORKLOAD,OU=NAMESPACE,O=DEPLOYMENT}. */
  @Override
  public String toString() {
    return "CN=" + workload + ",OU=" + namespace + ",O=" + deployment;
  }
}
