package dev.cloister.node;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.List;

/**
 * How a pod is connected: what CNI gave to the interface in the pod's namespace, all of which is
 * the guest's, since every packet passes on to the tap.
 *
 * @param tap name of the tap within the namespace
 * @param mac hardware address of the guest's interface
 * @param mtu its largest packet
 * @param addresses its addresses with prefix lengths
 * @param routes its routes
 */
public record PodInterface(
    String tap, String mac, int mtu, List<String> addresses, List<Route> routes) {

  /**
   * A route.
   *
   * @param destination CIDR
   * @param gateway address, or empty where the destination is on the link
   */
  public record Route(String destination, String gateway) {}

  public PodInterface {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  /** The addresses without prefix lengths. */
  public List<String> ips() {
    return addresses.stream().map(address -> address.substring(0, address.indexOf('/'))).toList();
  }

  Json.Obj toJson() {
    return Json.object()
        .put("tap", tap)
        .put("mac", mac)
        .put("mtu", mtu)
        .put("addresses", Json.ofStrings(addresses))
        .put(
            "routes",
            Json.of(
                routes.stream()
                    .map(route ->
                        Json.object()
                            .put("destination", route.destination())
                            .put("gateway", route.gateway())
                            .build())
                    .toList()))
        .build();
  }

  static PodInterface read(JsonFields fields) {
    PodInterface read =
        new PodInterface(
            fields.string("tap"),
            fields.string("mac"),
            (int) fields.integer("mtu", 68, 65_535),
            fields.strings("addresses", 8),
            fields.list("routes", 64, (element, path) -> route(JsonFields.of(element, path))));
    fields.end();
    return read;
  }

  private static Route route(JsonFields fields) {
    Route route = new Route(fields.string("destination"), fields.string("gateway"));
    fields.end();
    return route;
  }
}
