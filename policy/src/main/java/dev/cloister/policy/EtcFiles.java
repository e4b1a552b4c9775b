package dev.cloister.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files below /etc that kubelet and containerd write for a pod. */
final class EtcFiles {

  private static final int MAX_SERVERS = 3;
  private static final int MAX_SEARCHES = 32;

  private static final String HOSTS_HEAD =
      """
      # Kubernetes-managed hosts file.
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::0\tip6-localnet
      fe00::0\tip6-mcastprefix
      fe00::1\tip6-allnodes
      fe00::2\tip6-allrouters
      """;

  private EtcFiles() {}

  static String hosts(PodSettings pod, HostInputs inputs) {
    StringBuilder out = new StringBuilder(HOSTS_HEAD);
    String name = SandboxChecks.shortHostname(pod, inputs.facts().podName());
    for (IpAddress ip : inputs.facts().podIps()) {
      out.append(ip).append('\t');
      if (!pod.subdomain().isEmpty()) {
        out.append(name).append('.').append(domain(pod, inputs)).append('\t');
      }
      out.append(name).append('\n');
    }
    if (!pod.hostAliases().isEmpty()) {
      out.append("\n# Entries added by HostAliases.\n");
    }
    for (HostAlias alias : pod.hostAliases()) {
      out.append(alias.ip());
      for (String other : alias.names()) {
        out.append('\t').append(other);
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static String domain(PodSettings pod, HostInputs inputs) {
    String cluster = inputs.resolver().clusterDomain();
    String domain = pod.subdomain() + "." + pod.namespace() + ".svc";
    return cluster.isEmpty() ? domain : domain + "." + cluster;
  }

  static String resolvConf(DnsPolicy dns, HostInputs inputs) {
    boolean cluster =
        dns.mode() == DnsMode.CLUSTER_FIRST && !inputs.resolver().clusterDomain().isEmpty();
    List<String> servers = new ArrayList<>();
    if (dns.mode() != DnsMode.NONE) {
      addNew(servers, texts(inputs.resolver().nameServers()), MAX_SERVERS);
    }
    addNew(servers, texts(dns.servers()), MAX_SERVERS);
    List<String> searches = new ArrayList<>();
    if (cluster) {
      String domain = inputs.resolver().clusterDomain();
      String namespace = inputs.facts().namespace();
      addNew(
          searches, List.of(namespace + ".svc." + domain, "svc." + domain, domain), MAX_SEARCHES);
    }
    addNew(searches, dns.searches(), MAX_SEARCHES);
    List<String> options = options(cluster ? List.of("ndots:5") : List.of(), dns.options());
    StringBuilder out = new StringBuilder();
    if (!searches.isEmpty()) {
      out.append("search ").append(String.join(" ", searches)).append('\n');
    }
    for (String server : servers) {
      out.append("nameserver ").append(server).append('\n');
    }
    if (!options.isEmpty()) {
      out.append("options ").append(String.join(" ", options)).append('\n');
    }
    return out.toString();
  }

  private static List<String> texts(List<IpAddress> addresses) {
    List<String> texts = new ArrayList<>();
    for (IpAddress address : addresses) {
      texts.add(address.toString());
    }
    return texts;
  }

  private static void addNew(List<String> to, List<String> from, int max) {
    for (String text : from) {
      if (to.size() < max && !to.contains(text)) {
        to.add(text);
      }
    }
  }

  /** Options by their names, the pod's own over the usual ones. */
  private static List<String> options(List<String> usual, List<String> own) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (String option : usual) {
      byName.put(nameOf(option), option);
    }
    for (String option : own) {
      byName.put(nameOf(option), option);
    }
    return new ArrayList<>(byName.values());
  }

  private static String nameOf(String option) {
    int colon = option.indexOf(':');
    return colon < 0 ? option : option.substring(0, colon);
  }
}
