package dev.cloister.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the host says of the pod as a whole, held against grammar and policy. */
final class SandboxChecks {

  private static final int MAX_HOSTNAME = 63;

  private SandboxChecks() {}

  static PodFacts facts(PodPolicy policy, HostRequest.OpenSandbox request) {
    PodSettings pod = policy.pod();
    String podName = request.podName();
    Denied.unless(
        Grammar.isObjectName(podName) && pod.name().matches(podName),
        PolicyError.POD_NAME,
        "pod.name",
        pod.name().shown(),
        Grammar.shown(podName));
    Denied.unless(
        request.namespace().equals(pod.namespace()),
        PolicyError.NAMESPACE,
        "pod.namespace",
        pod.namespace(),
        Grammar.shown(request.namespace()));
    text(isUid(request.uid()), "uid", "1 to 64 letters, digits and '-'", request.uid());
    text(Grammar.isObjectName(request.nodeName()), "nodeName", "a DNS name", request.nodeName());
    checkHostname(pod, podName, request.hostname());
    List<IpAddress> podIps = addresses(request.podIps(), 1, "podIps");
    List<IpAddress> hostIps = addresses(request.hostIps(), 0, "hostIps");
    Denied.unless(
        !hostIps.isEmpty() || !namesHostIp(policy),
        PolicyError.ADDRESS,
        "hostIps",
        "an address, since the policy uses it",
        "none");
    return new PodFacts(
        podName,
        pod.namespace(),
        request.uid(),
        request.nodeName(),
        request.hostname(),
        podIps,
        hostIps);
  }

  /** Whether an argument or a variable holds the node's address. */
  private static boolean namesHostIp(PodPolicy policy) {
    for (ContainerPolicy container : policy.containers()) {
      for (Template argument : container.argv()) {
        if (holdsHostIp(argument)) {
          return true;
        }
      }
      for (Template value : container.env().values()) {
        if (holdsHostIp(value)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean holdsHostIp(Template template) {
    for (TemplatePart part : template.parts()) {
      if (part instanceof TemplatePart.Dynamic dynamic
          && (dynamic.fact() == PodFact.HOST_IP || dynamic.fact() == PodFact.HOST_IPS)) {
        return true;
      }
    }
    return false;
  }

  private static void text(boolean good, String path, String expected, String found) {
    Denied.unless(good, PolicyError.TEXT, path, expected, Grammar.shown(found));
  }

  private static boolean isUid(String text) {
    return Grammar.isIdentifier(text) && text.indexOf('_') < 0 && text.indexOf('.') < 0;
  }

  private static void checkHostname(PodSettings pod, String podName, String hostname) {
    String shortName = shortHostname(pod, podName);
    boolean good;
    String expected;
    if (pod.hostnameAsFqdn()) {
      String begin = shortName + "." + pod.subdomain() + "." + pod.namespace() + ".svc.";
      expected = begin + "<cluster domain>";
      good =
          hostname.startsWith(begin)
              && hostname.length() <= MAX_HOSTNAME + 1
              && Grammar.isDnsName(hostname.substring(begin.length()));
    } else {
      expected = shortName;
      good = hostname.equals(shortName);
    }
    Denied.unless(good, PolicyError.HOSTNAME, "pod.hostname", expected, Grammar.shown(hostname));
  }

  /** The host name without domain: the policy's, or the pod's name cut as kubelet cuts it. */
  static String shortHostname(PodSettings pod, String podName) {
    if (pod.hostname().isFixed()) {
      return pod.hostname().toString();
    }
    int end = Math.min(podName.length(), MAX_HOSTNAME);
    while (end < podName.length()
        && (podName.charAt(end - 1) == '-' || podName.charAt(end - 1) == '.')) {
      end--;
    }
    return podName.substring(0, end);
  }

  private static List<IpAddress> addresses(List<String> texts, int min, String path) {
    Denied.unless(
        texts.size() >= min && texts.size() <= 2,
        PolicyError.ADDRESS,
        path,
        min + " to 2 addresses",
        texts.size() + "");
    List<IpAddress> addresses = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      IpAddress address = AddressChecks.address(texts.get(i), path + "[" + i + "]");
      AddressChecks.ordinary(address, path + "[" + i + "]");
      addresses.add(address);
    }
    Denied.unless(
        addresses.size() < 2 || addresses.getFirst().isV4() != addresses.getLast().isV4(),
        PolicyError.ADDRESS,
        path,
        "two addresses of different families",
        "two of one");
    return addresses;
  }

  static Resolver resolver(PodPolicy policy, PodFacts facts, HostRequest.SetResolver request) {
    Denied.unless(
        request.nameServers().size() <= 3,
        PolicyError.ADDRESS,
        "nameServers",
        "3 name servers at most",
        request.nameServers().size() + "");
    List<IpAddress> servers = new ArrayList<>();
    for (int i = 0; i < request.nameServers().size(); i++) {
      String path = "nameServers[" + i + "]";
      IpAddress server = AddressChecks.address(request.nameServers().get(i), path);
      if (!server.isLinkLocal()) {
        AddressChecks.ordinary(server, path);
      }
      servers.add(server);
    }
    String domain = request.clusterDomain();
    text(
        domain.isEmpty() || Grammar.isDnsName(domain),
        "clusterDomain",
        "a DNS name or empty",
        domain);
    Denied.unless(
        !policy.pod().hostnameAsFqdn() || facts.hostname().endsWith(".svc." + domain),
        PolicyError.HOSTNAME,
        "clusterDomain",
        "the domain of the host name " + facts.hostname(),
        Grammar.shown(domain));
    return new Resolver(servers, domain);
  }

  static List<ServiceLink> links(PodPolicy policy, HostRequest.SetServiceLinks request) {
    ServiceLinks rule = policy.pod().serviceLinks();
    Denied.unless(
        rule.mode() == ServiceLinksMode.LISTED,
        PolicyError.SERVICE_LINKS,
        "pod.serviceLinks",
        "no service links",
        request.links().size() + "");
    Denied.unless(
        request.links().size() <= rule.services().size(),
        PolicyError.SERVICE_LINKS,
        "links",
        rule.services().size() + " links at most",
        request.links().size() + "");
    List<ServiceLink> links = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < request.links().size(); i++) {
      ServiceLink link = link(rule, request.links().get(i), "links[" + i + "]");
      Denied.unless(
          names.add(link.service()),
          PolicyError.SERVICE_LINKS,
          "links[" + i + "]",
          "each service once",
          link.service());
      checkVariables(policy, link);
      links.add(link);
    }
    return links;
  }

  private static ServiceLink link(ServiceLinks rule, HostRequest.Link link, String path) {
    Denied.unless(
        rule.services().contains(link.service()),
        PolicyError.SERVICE_LINKS,
        path + ".service",
        "one of the listed services",
        Grammar.shown(link.service()));
    IpAddress ip = AddressChecks.address(link.ip(), path + ".ip");
    AddressChecks.ordinary(ip, path + ".ip");
    Denied.unless(
        !link.ports().isEmpty() && link.ports().size() <= 16,
        PolicyError.SERVICE_LINKS,
        path + ".ports",
        "1 to 16 ports",
        link.ports().size() + "");
    List<Integer> ports = new ArrayList<>();
    for (long port : link.ports()) {
      Denied.unless(
          port >= 1 && port <= 65_535 && !ports.contains((int) port),
          PolicyError.SERVICE_LINKS,
          path + ".ports",
          "ports from 1 to 65535, each once",
          port + "");
      ports.add((int) port);
    }
    return new ServiceLink(link.service(), ip, ports);
  }

  private static void checkVariables(PodPolicy policy, ServiceLink link) {
    for (ContainerPolicy container : policy.containers()) {
      for (String variable : link.variables().keySet()) {
        Denied.unless(
            !container.env().containsKey(variable),
            PolicyError.SERVICE_LINKS,
            "containers[" + container.name() + "].env[" + variable + "]",
            "a service whose variables the policy does not set",
            link.service());
      }
    }
  }
}
