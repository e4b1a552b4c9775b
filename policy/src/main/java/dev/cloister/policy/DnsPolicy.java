package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * How /etc/resolv.conf is composed. What name servers answer is never to be trusted.
 *
 * @param mode where servers and search list come from
 * @param servers name servers of the pod's {@code dnsConfig}, 3 at most
 * @param searches search domains of {@code dnsConfig}, 32 at most
 * @param options options of {@code dnsConfig}, such as {@code ndots:5}, 16 at most
 */
public record DnsPolicy(
    DnsMode mode, List<IpAddress> servers, List<String> searches, List<String> options) {

  /** What a pod whose YAML says nothing has. */
  public static final DnsPolicy DEFAULT =
      new DnsPolicy(DnsMode.CLUSTER_FIRST, List.of(), List.of(), List.of());

  public DnsPolicy {
    servers = List.copyOf(servers);
    searches = List.copyOf(searches);
    options = List.copyOf(options);
    Grammar.atMost(servers.size(), 3, "pod.dns.servers");
    Grammar.atMost(searches.size(), 32, "pod.dns.searches");
    Grammar.atMost(options.size(), 16, "pod.dns.options");
    for (String search : searches) {
      boolean good = search.equals(".") || Grammar.isHostsName(search);
      Grammar.require(good, "pod.dns.searches", "a domain", search);
    }
    for (String option : options) {
      boolean good = Grammar.isLine(option, 64) && option.indexOf(' ') < 0;
      Grammar.require(good, "pod.dns.options", "an option without blanks", option);
    }
    Grammar.agree(
        mode != DnsMode.NONE || !servers.isEmpty(),
        "pod.dns.servers",
        "mode none needs a name server");
  }

  Json toJson() {
    List<Json> addresses = new ArrayList<>();
    for (IpAddress server : servers) {
      addresses.add(Json.of(server.toString()));
    }
    return Json.object()
        .put("mode", mode.word())
        .put("servers", Json.of(addresses))
        .put("searches", Json.ofStrings(searches))
        .put("options", Json.ofStrings(options))
        .build();
  }
}
