package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A pod's own part of the mesh, as a manifest draws it.
 *
 * @param subject the subject of its certificates
 * @param identity the name in its certificates that callers check
 * @param offers ports that may be reached
 * @param calls workloads that it may call
 * @param externals hosts outside the deployment that it may reach
 */
public record PodMesh(
    SubjectName subject,
    IdentityName identity,
    List<Offer> offers,
    List<Call> calls,
    List<External> externals) {

  public PodMesh {
    offers = List.copyOf(offers);
    calls = List.copyOf(calls);
    externals = List.copyOf(externals);
  }

  /**
   * A port that may be reached.
   *
   * @param port 1 to 65,535
   * @param protocol its protocol; UDP with mode PLAIN only
   * @param mode how it is protected
   * @param callers who may call it; empty with another mode than MESH
   */
  public record Offer(int port, Protocol protocol, InboundMode mode, List<Caller> callers) {
    public Offer {
      callers = List.copyOf(callers);
    }
  }

  /**
   * A workload that may call.
   *
   * @param subject the subject of its certificates, which the called compares as a whole
   * @param identity its name, for people
   */
  public record Caller(SubjectName subject, IdentityName identity) {}

  /**
   * A workload that may be called.
   *
   * @param name the host as the application writes it
   * @param port the port as the application writes it, and as it is dialled
   * @param address the name that untrusted DNS is asked for, without the cluster's domain
   * @param targetPort the port of the called pods
   * @param identity the name that the certificate of whoever answers must carry
   * @param workload {@code NAMESPACE/NAME} of the called, for people
   */
  public record Call(
      String name,
      int port,
      String address,
      int targetPort,
      IdentityName identity,
      String workload) {}

  /**
   * A host outside the deployment.
   *
   * @param host its DNS name
   * @param port a TCP port, 1 to 65,535
   */
  public record External(String host, int port) {

    /** {@code HOST:PORT}. */
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * The part of the pod with this initdata.
   *
   * @param deploymentName the name in {@code deployment.json}
   * @throws CloisterException with {@link ManifestError#NOT_LISTED}
   */
  public static PodMesh of(Manifest manifest, String deploymentName, Bytes initdataDigest) {
    Workload own =
        manifest
            .workload(initdataDigest)
            .orElseThrow(() ->
                new CloisterException(
                    ManifestError.NOT_LISTED,
                    "workloads",
                    "there is no entry " + initdataDigest.toHex()));
    Connections connections = own.connections();
    return new PodMesh(
        subject(own, deploymentName),
        identity(own, deploymentName),
        connections.inbound().stream()
            .map(port -> offer(manifest, deploymentName, own, port))
            .toList(),
        connections.connectsTo().stream().map(to -> call(to, deploymentName)).toList(),
        connections.external());
  }

  private static Offer offer(
      Manifest manifest, String deploymentName, Workload own, InboundPort port) {
    Set<Caller> callers = new LinkedHashSet<>();
    if (port.mode() == InboundMode.MESH) {
      for (Workload other : manifest.workloads()) {
        if (calls(other, own, port.port())) {
          callers.add(new Caller(subject(other, deploymentName), identity(other, deploymentName)));
        }
      }
    }
    return new Offer(port.port(), port.protocol(), port.mode(), List.copyOf(callers));
  }

  private static boolean calls(Workload caller, Workload called, int port) {
    return caller.connections().connectsTo().stream()
        .anyMatch(to -> to.targetPort() == port && to.workload().equals(called.fullName()));
  }

  private static Call call(Connection to, String deploymentName) {
    int slash = to.workload().indexOf('/');
    IdentityName identity =
        new IdentityName(
            to.workload().substring(slash + 1), to.workload().substring(0, slash), deploymentName);
    return new Call(to.name(), to.port(), to.address(), to.targetPort(), identity, to.workload());
  }

  private static SubjectName subject(Workload workload, String deploymentName) {
    return new SubjectName(workload.name(), workload.namespace(), deploymentName);
  }

  private static IdentityName identity(Workload workload, String deploymentName) {
    return new IdentityName(workload.name(), workload.namespace(), deploymentName);
  }
}
