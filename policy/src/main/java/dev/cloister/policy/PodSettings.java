package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What holds for the pod as a whole.
 *
 * @param name which names it may have
 * @param namespace its namespace, a DNS label
 * @param hostname one part: a fixed DNS label, or {@link PodFact#POD_NAME} (cut to 63 characters)
 * @param subdomain a DNS label, or empty
 * @param hostnameAsFqdn whether the host name is the full domain name ({@code setHostnameAsFQDN});
 *     needs a subdomain
 * @param hostAliases further lines of /etc/hosts, 64 at most
 * @param dns how /etc/resolv.conf is composed
 * @param sharePid whether containers see each other's processes
 * @param sysctls by name, 32 at most; only names that namespaces keep apart
 * @param network what passes between pod and world
 * @param serviceLinks whether the host may name services in the environment
 * @param initRerun whether init containers may run again
 * @param role what the pod is to its deployment
 * @param join whether its containers wait until the Coordinator has accepted the pod; never true
 *     where the pod is the Coordinator
 */
public record PodSettings(
    NamePattern name,
    String namespace,
    Template hostname,
    String subdomain,
    boolean hostnameAsFqdn,
    List<HostAlias> hostAliases,
    DnsPolicy dns,
    boolean sharePid,
    Map<String, String> sysctls,
    NetworkPolicy network,
    ServiceLinks serviceLinks,
    InitRerun initRerun,
    PodRole role,
    boolean join) {

  /** The host name of a pod whose YAML gives none. */
  public static final Template HOSTNAME_FROM_POD = Template.of(PodFact.POD_NAME);

  public PodSettings {
    hostAliases = List.copyOf(hostAliases);
    sysctls = Collections.unmodifiableMap(new TreeMap<>(sysctls));
    Grammar.require(Grammar.isDnsLabel(namespace), "pod.namespace", "a DNS label", namespace);
    boolean fixedHostname = hostname.isFixed() && Grammar.isDnsLabel(hostname.toString());
    Grammar.require(
        fixedHostname || isPodName(hostname), "pod.hostname", "a DNS label or the pod's name");
    Grammar.require(
        subdomain.isEmpty() || Grammar.isDnsLabel(subdomain),
        "pod.subdomain",
        "a DNS label or empty",
        subdomain);
    Grammar.agree(
        !hostnameAsFqdn || !subdomain.isEmpty(),
        "pod.hostnameAsFqdn",
        "a full domain name needs a subdomain");
    Grammar.atMost(hostAliases.size(), 64, "pod.hostAliases");
    Grammar.atMost(sysctls.size(), 32, "pod.sysctls");
    for (Map.Entry<String, String> sysctl : sysctls.entrySet()) {
      String where = "pod.sysctls[" + sysctl.getKey() + "]";
      Grammar.require(
          Sysctls.isNamespaced(sysctl.getKey()), where, "a sysctl that namespaces keep apart");
      Grammar.require(Grammar.isLine(sysctl.getValue(), 256), where, "a line");
    }
    Grammar.agree(
        !join || role != PodRole.COORDINATOR, "pod.join", "a Coordinator cannot join itself");
  }

  private static boolean isPodName(Template hostname) {
    return hostname.parts().size() == 1
        && hostname.parts().getFirst() instanceof TemplatePart.Dynamic dynamic
        && dynamic.fact() == PodFact.POD_NAME;
  }

  Json toJson() {
    List<Json> aliases = new ArrayList<>();
    for (HostAlias alias : hostAliases) {
      aliases.add(alias.toJson());
    }
    Json.ObjectBuilder settings = Json.object();
    for (Map.Entry<String, String> sysctl : sysctls.entrySet()) {
      settings.put(sysctl.getKey(), sysctl.getValue());
    }
    return Json.object()
        .put("name", name.toJson())
        .put("namespace", namespace)
        .put("hostname", hostname.toJson())
        .put("subdomain", subdomain)
        .put("hostnameAsFqdn", hostnameAsFqdn)
        .put("hostAliases", Json.of(aliases))
        .put("dns", dns.toJson())
        .put("sharePid", sharePid)
        .put("sysctls", settings.build())
        .put("network", network.toJson())
        .put("serviceLinks", serviceLinks.toJson())
        .put("initRerun", initRerun.word())
        .put("role", role.word())
        .put("join", join)
        .build();
  }
}
