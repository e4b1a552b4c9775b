package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs the bridge plugin as the CNI specification 1.0.0 says: command and names by environment,
 * configuration on standard input, result or error as JSON on standard output.
 *
 * <p>The bridge is no gateway for CNI: that would switch on forwarding for the whole machine. The
 * host's address is added by {@link PodNetwork}.
 */
final class CniPlugin {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String NETWORK = "cloister";

  private final NetworkSettings settings;
  private final Path leases;
  private final NodeThreads threads;

  CniPlugin(NetworkSettings settings, Path leases, NodeThreads threads) {
    this.settings = settings;
    this.leases = leases;
    this.threads = threads;
  }

  /** Addresses, routes and hardware address of a connected pod. */
  record Result(String mac, List<String> addresses, List<PodInterface.Route> routes) {}

  Result add(String id, Path namespace) {
    HostProgram.Output output = run("ADD", id, namespace.toString());
    if (output.code() != 0) {
      throw new CloisterException(NodeError.CNI_FAILED, settings.bridge(), message(output));
    }
    return result(JsonFields.of(parse(output.out()), "result"), namespace.toString());
  }

  /** Gives everything back; may be called for what was never added, and twice. */
  void delete(String id, String namespace) {
    HostProgram.Output output = run("DEL", id, namespace);
    if (output.code() != 0) {
      throw new CloisterException(NodeError.CNI_FAILED, settings.bridge(), message(output));
    }
  }

  /** Where host-local writes a file for each address that it gave away. */
  Path leaseDirectory() {
    return leases.resolve(NETWORK);
  }

  void requirePlugins() {
    for (String plugin : List.of("bridge", "host-local")) {
      Path file = settings.plugins().resolve(plugin);
      if (!HostProgram.exists(file.toString())) {
        throw new CloisterException(NodeError.PLUGIN_MISSING, file.toString(), "not found");
      }
    }
  }

  private HostProgram.Output run(String command, String id, String namespace) {
    requirePlugins();
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND", command,
            "CNI_CONTAINERID", id,
            "CNI_NETNS", namespace,
            "CNI_IFNAME", "eth0",
            "CNI_PATH", settings.plugins().toString());
    List<String> program = List.of(settings.plugins().resolve("bridge").toString());
    return HostProgram.run(threads, program, environment, configuration(), LIMIT);
  }

  private String configuration() {
    Json range = Json.object().put("subnet", settings.subnet()).build();
    Json route = Json.object().put("dst", "0.0.0.0/0").build();
    return JsonWriter.canonical(
        Json.object()
            .put("cniVersion", "1.0.0")
            .put("name", NETWORK)
            .put("type", "bridge")
            .put("bridge", settings.bridge())
            .put("isGateway", false)
            .put("ipMasq", false)
            .put("hairpinMode", true)
            .put(
                "ipam",
                Json.object()
                    .put("type", "host-local")
                    .put("ranges", Json.of(List.of(Json.of(List.of(range)))))
                    .put("routes", Json.of(List.of(route)))
                    .put("dataDir", leases.toString())
                    .build())
            .build());
  }

  private static Result result(JsonFields fields, String namespace) {
    String mac = "";
    for (JsonFields one : fields.list("interfaces", 16, JsonFields::of)) {
      if (one.optionalString("sandbox").orElse("").equals(namespace)) {
        mac = one.string("mac");
      }
    }
    List<String> addresses = new ArrayList<>();
    String gateway = "";
    for (JsonFields ip : fields.list("ips", 8, JsonFields::of)) {
      addresses.add(ip.string("address"));
      gateway = ip.optionalString("gateway").orElse(gateway);
    }
    List<PodInterface.Route> routes = new ArrayList<>();
    for (JsonFields route : fields.listOrEmpty("routes", 64, JsonFields::of)) {
      routes.add(
          new PodInterface.Route(route.string("dst"), route.optionalString("gw").orElse(gateway)));
    }
    if (mac.isEmpty() || addresses.isEmpty()) {
      throw new CloisterException(
          NodeError.CNI_FAILED, "result", "no interface or no address of the pod in it");
    }
    return new Result(mac, addresses, routes);
  }

  private static Json parse(String text) {
    return JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT);
  }

  /** The plugin's own words: {@code msg} and {@code details} of its error object. */
  private static String message(HostProgram.Output output) {
    try {
      JsonFields error = JsonFields.of(parse(output.out()), "error");
      return (error.string("msg") + " " + error.optionalString("details").orElse("")).strip();
    } catch (CloisterException _) {
      return output.message();
    }
  }
}
