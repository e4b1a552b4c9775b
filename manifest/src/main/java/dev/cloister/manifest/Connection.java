package dev.cloister.manifest;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;

/**
 * A workload that another one may call.
 *
 * @param name the host as the calling application writes it, a DNS name
 * @param port the port as the application writes it, and as it is dialled: 1 to 65,535
 * @param workload the one that must answer, {@code NAMESPACE/NAME} of an entry of the manifest
 * @param targetPort the port of its pods: 1 to 65,535
 * @param address the DNS name under which untrusted DNS knows it, without the cluster's domain
 */
public record Connection(String name, int port, String workload, int targetPort, String address) {

  /**
   * Checks that the text names a host that a workload may connect to.
   *
   * @param path where it stands
   * @throws dev.cloister.encoding.CloisterException with {@link ManifestError#BAD_HOST}
   */
  public static void requireHost(String name, String path) {
    DnsNames.checkHost(name, path);
  }

  static Connection read(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    Connection connection =
        new Connection(
            fields.string("name"),
            Connections.port(fields, "port"),
            fields.string("workload"),
            Connections.port(fields, "targetPort"),
            fields.string("address"));
    fields.end();
    return connection;
  }

  void requireAt(String path) {
    DnsNames.checkHost(name, path + ".name");
    DnsNames.checkHost(address, path + ".address");
    Connections.requirePort(port, path + ".port");
    Connections.requirePort(targetPort, path + ".targetPort");
  }

  Json toJson() {
    return Json.object()
        .put("name", name)
        .put("port", port)
        .put("workload", workload)
        .put("targetPort", targetPort)
        .put("address", address)
        .build();
  }

  /** Name, port, and who must answer; for people. */
  @Override
  public String toString() {
    String target = workload + " port " + targetPort;
    return name + ":" + port + " (" + target + ", at " + address + ")";
  }
}
