package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Who may connect to the pods of a workload, and to whom they may connect. What is not named here
 * does not pass. Each list has at most {@value #MAX} elements; no port stands twice in {@code
 * inbound}, and no host with the same port twice in the other two together, in none of the forms
 * that name one Service.
 *
 * @param inbound ports that may be reached
 * @param connectsTo workloads that it may call
 * @param external hosts outside the deployment that it may reach over TCP; the application protects
 *     what it sends there itself
 */
public record Connections(
    List<InboundPort> inbound, List<Connection> connectsTo, List<PodMesh.External> external) {

  /** The most elements of each list. */
  public static final int MAX = 100;

  /** No connection at all. */
  public static final Connections NONE = new Connections(List.of(), List.of(), List.of());

  private static final String CLUSTER_SERVICE = ".svc";

  public Connections {
    inbound = List.copyOf(inbound);
    connectsTo = List.copyOf(connectsTo);
    external = List.copyOf(external);
  }

  /** Checks what a workload of this namespace says at {@code path}. */
  void requireFor(String namespace, String path) {
    requireAtMost(inbound, path + ".inbound");
    requireAtMost(connectsTo, path + ".connectsTo");
    requireAtMost(external, path + ".external");
    requireInbound(path + ".inbound");
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < connectsTo.size(); i++) {
      String where = path + ".connectsTo[" + i + "]";
      Connection to = connectsTo.get(i);
      to.requireAt(where);
      requireNew(seen, wholeName(to.name(), namespace), to.port(), where);
    }
    for (int i = 0; i < external.size(); i++) {
      String where = path + ".external[" + i + "]";
      PodMesh.External to = external.get(i);
      DnsNames.checkHost(to.host(), where + ".host");
      requirePort(to.port(), where + ".port");
      requireNew(seen, wholeName(to.host(), namespace), to.port(), where);
    }
  }

  private static void requireAtMost(List<?> list, String path) {
    if (list.size() > MAX) {
      throw new CloisterException(EncodingError.BUDGET_EXCEEDED, path, "more than " + MAX);
    }
  }

  private void requireInbound(String path) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < inbound.size(); i++) {
      InboundPort port = inbound.get(i);
      String where = path + "[" + i + "]";
      if (port.protocol() == Protocol.UDP && port.mode() != InboundMode.PLAIN) {
        throw new CloisterException(
            ManifestError.BAD_INBOUND, where + ".mode", "udp is plain, not " + port.mode().word());
      }
      requireNew(seen, port.protocol().word(), port.port(), where);
    }
  }

  private static void requireNew(Set<String> seen, String name, int port, String path) {
    if (!seen.add(name + ":" + port)) {
      throw new CloisterException(
          ManifestError.PORT_TWICE, path, name + " port " + port + " stands twice");
    }
  }

  /** {@code db}, {@code db.NAMESPACE} and {@code db.NAMESPACE.svc} are one. */
  private static String wholeName(String name, String namespace) {
    if (name.indexOf('.') < 0) {
      return name + "." + namespace;
    }
    return name.endsWith(CLUSTER_SERVICE)
        ? name.substring(0, name.length() - CLUSTER_SERVICE.length())
        : name;
  }

  static void requirePort(int port, String path) {
    if (port < 1 || port > 65_535) {
      throw JsonFields.wrongType(path, "an integer from 1 to 65535");
    }
  }

  static int port(JsonFields fields, String name) {
    return (int) fields.integer(name, 1, 65_535);
  }

  static Connections read(JsonFields fields) {
    return new Connections(
        fields.listOrEmpty("inbound", MAX, Connections::readInbound),
        fields.listOrEmpty("connectsTo", MAX, Connection::read),
        fields.listOrEmpty("external", MAX, Connections::readExternal));
  }

  private static InboundPort readInbound(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    InboundPort port =
        new InboundPort(
            port(fields, "port"),
            fields.oneOf("protocol", Protocol.class, Protocol::word),
            fields.oneOf("mode", InboundMode.class, InboundMode::word));
    fields.end();
    return port;
  }

  private static PodMesh.External readExternal(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    PodMesh.External host = new PodMesh.External(fields.string("host"), port(fields, "port"));
    fields.end();
    return host;
  }

  /** Writes the lists that are not empty. */
  void write(Json.ObjectBuilder json) {
    put(json, "inbound", inbound, Connections::toJson);
    put(json, "connectsTo", connectsTo, Connection::toJson);
    put(json, "external", external, Connections::toJson);
  }

  private static <T> void put(
      Json.ObjectBuilder json, String name, List<T> list, Function<T, Json> toJson) {
    if (!list.isEmpty()) {
      List<Json> elements = new ArrayList<>();
      list.forEach(element -> elements.add(toJson.apply(element)));
      json.put(name, Json.of(elements));
    }
  }

  private static Json toJson(InboundPort port) {
    return Json.object()
        .put("port", port.port())
        .put("protocol", port.protocol().word())
        .put("mode", port.mode().word())
        .build();
  }

  private static Json toJson(PodMesh.External host) {
    return Json.object().put("host", host.host()).put("port", host.port()).build();
  }
}
