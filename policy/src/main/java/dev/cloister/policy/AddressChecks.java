package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Addresses, interfaces and routes from the host. */
final class AddressChecks {

  private static final int MAX_INTERFACES = 4;
  private static final int MAX_ADDRESSES = 8;
  private static final int MAX_ROUTES = 64;

  /** Networks that the guest uses inside itself, or that are never a destination. */
  private static final Cidr[] RESERVED = {
    Cidr.parse("0.0.0.0/8"),
    Cidr.parse("127.0.0.0/8"),
    Cidr.parse("198.18.0.0/15"),
    Cidr.parse("224.0.0.0/3"),
    Cidr.parse("::/96"),
    Cidr.parse("::ffff:0:0/96"),
    Cidr.parse("ff00::/8")
  };

  private AddressChecks() {}

  static IpAddress address(String text, String path) {
    try {
      return IpAddress.parse(text);
    } catch (CloisterException e) {
      throw new Denied(PolicyError.ADDRESS, path, "an IP address", Grammar.shown(text));
    }
  }

  static void ordinary(IpAddress address, String path) {
    Denied.unless(
        address.isOrdinaryUnicast() && !isReserved(new Cidr(address, address.bits())),
        PolicyError.ADDRESS,
        path,
        "an ordinary unicast address",
        address.toString());
  }

  private static boolean isReserved(Cidr network) {
    for (Cidr reserved : RESERVED) {
      if (reserved.prefix() <= network.prefix() && reserved.overlaps(network)) {
        return true;
      }
    }
    return false;
  }

  private static Cidr cidr(String text, String path) {
    try {
      return Cidr.parse(text);
    } catch (CloisterException e) {
      throw new Denied(PolicyError.ADDRESS, path, "ADDRESS/BITS", Grammar.shown(text));
    }
  }

  static Grants.Network network(PodPolicy policy, PodFacts facts, HostRequest.SetNetwork request) {
    Denied.unless(
        !request.interfaces().isEmpty() && request.interfaces().size() <= MAX_INTERFACES,
        PolicyError.NETWORK,
        "interfaces",
        "1 to " + MAX_INTERFACES + " interfaces",
        request.interfaces().size() + "");
    Map<String, Grants.Link> links = new HashMap<>();
    List<Grants.Link> inOrder = new ArrayList<>();
    for (int i = 0; i < request.interfaces().size(); i++) {
      Grants.Link link = link(request.interfaces().get(i), "interfaces[" + i + "]");
      Denied.unless(
          links.put(link.name(), link) == null,
          PolicyError.NETWORK,
          "interfaces[" + i + "].name",
          "each name once",
          link.name());
      inOrder.add(link);
    }
    checkPodAddresses(facts, inOrder);
    return new Grants.Network(
        inOrder,
        routes(request.routes(), links),
        coordinator(policy, facts, request.coordinator(), "coordinatorAddress"),
        store(policy, facts, request.store()));
  }

  /** Only a pod that joins a Coordinator is told of one. */
  static Grants.Endpoint coordinator(PodPolicy policy, PodFacts facts, String text, String path) {
    Denied.unless(
        text.isEmpty() || policy.pod().join(),
        PolicyError.NETWORK,
        path,
        "nothing: the policy joins no Coordinator",
        Grammar.shown(text));
    return endpoint(facts, text, path);
  }

  /** Only a Coordinator is told of a store. */
  private static Grants.Endpoint store(PodPolicy policy, PodFacts facts, String text) {
    Denied.unless(
        text.isEmpty() || policy.pod().role() == PodRole.COORDINATOR,
        PolicyError.NETWORK,
        "storeAddress",
        "nothing: the pod is no Coordinator",
        Grammar.shown(text));
    return endpoint(facts, text, "storeAddress");
  }

  private static Grants.Endpoint endpoint(PodFacts facts, String text, String path) {
    if (text.isEmpty()) {
      return Grants.Endpoint.NONE;
    }
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    Denied.unless(
        colon > 0 && port.length() <= 5 && Grammar.isNumber(port),
        PolicyError.ADDRESS,
        path,
        "ADDRESS:PORT",
        Grammar.shown(text));
    int number = Integer.parseInt(port);
    Denied.unless(
        number >= 1 && number <= 65_535, PolicyError.ADDRESS, path, "a port from 1 to 65535", port);
    IpAddress address = address(text.substring(0, colon), path);
    Denied.unless(
        address.isV4() && !address.isLinkLocal(),
        PolicyError.ADDRESS,
        path,
        "an IPv4 address that is not link-local",
        address.toString());
    ordinary(address, path);
    Denied.unless(
        !facts.podIps().contains(address),
        PolicyError.ADDRESS,
        path,
        "an address of another machine",
        address.toString());
    return new Grants.Endpoint(address, number);
  }

  private static void checkPodAddresses(PodFacts facts, List<Grants.Link> links) {
    for (IpAddress ip : facts.podIps()) {
      boolean held = false;
      for (Grants.Link link : links) {
        for (Cidr address : link.addresses()) {
          held |= address.address().equals(ip);
        }
      }
      Denied.unless(held, PolicyError.NETWORK, "interfaces", "an interface with " + ip, "none");
    }
  }

  private static Grants.Link link(HostRequest.Interface link, String path) {
    Denied.unless(
        isInterfaceName(link.name()),
        PolicyError.NETWORK,
        path + ".name",
        "1 to 15 lower-case letters and digits, and not lo",
        Grammar.shown(link.name()));
    Denied.unless(
        !link.addresses().isEmpty() && link.addresses().size() <= MAX_ADDRESSES,
        PolicyError.NETWORK,
        path + ".addresses",
        "1 to " + MAX_ADDRESSES + " addresses",
        link.addresses().size() + "");
    List<Cidr> addresses = new ArrayList<>();
    boolean v6 = false;
    for (int i = 0; i < link.addresses().size(); i++) {
      String place = path + ".addresses[" + i + "]";
      Cidr address = cidr(link.addresses().get(i), place);
      if (address.address().isV4() || !address.address().isLinkLocal()) {
        ordinary(address.address(), place);
      }
      Denied.unless(
          address.prefix() > 0, PolicyError.ADDRESS, place, "a prefix", address.toString());
      v6 |= !address.address().isV4();
      addresses.add(address);
    }
    int least = v6 ? 1280 : 576;
    Denied.unless(
        link.mtu() >= least && link.mtu() <= 9216,
        PolicyError.NETWORK,
        path + ".mtu",
        least + " to 9216",
        link.mtu() + "");
    return new Grants.Link(
        link.name(), mac(link.mac(), path + ".mac"), (int) link.mtu(), addresses);
  }

  private static boolean isInterfaceName(String name) {
    if (name.isEmpty() || name.length() > 15 || name.equals("lo")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (!Grammar.isLowerOrDigit(name.charAt(i))) {
        return false;
      }
    }
    return name.charAt(0) >= 'a';
  }

  private static Bytes mac(String text, String path) {
    boolean good = text.length() == 17;
    StringBuilder digits = new StringBuilder();
    for (int i = 0; good && i < 17; i++) {
      char c = text.charAt(i);
      if (i % 3 == 2) {
        good = c == ':';
      } else {
        good = c < 0x80 && Character.digit(c, 16) >= 0;
        digits.append(c);
      }
    }
    Bytes mac = good ? Bytes.ofHex(digits.toString()) : Bytes.EMPTY;
    Denied.unless(
        good && (mac.at(0) & 1) == 0 && !mac.isAllZero(),
        PolicyError.NETWORK,
        path,
        "a unicast address such as 02:00:00:00:00:01",
        Grammar.shown(text));
    return mac;
  }

  private static List<Grants.Route> routes(
      List<HostRequest.Route> routes, Map<String, Grants.Link> links) {
    Denied.unless(
        routes.size() <= MAX_ROUTES,
        PolicyError.NETWORK,
        "routes",
        MAX_ROUTES + " routes at most",
        routes.size() + "");
    List<Grants.Route> checked = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      checked.add(route(routes.get(i), links, "routes[" + i + "]"));
    }
    return checked;
  }

  private static Grants.Route route(
      HostRequest.Route route, Map<String, Grants.Link> links, String path) {
    Denied.unless(
        links.containsKey(route.device()),
        PolicyError.NETWORK,
        path + ".interface",
        "one of the interfaces",
        Grammar.shown(route.device()));
    Cidr destination = cidr(route.destination(), path + ".destination");
    Denied.unless(
        destination.isNetwork() && !isReserved(destination),
        PolicyError.ADDRESS,
        path + ".destination",
        "a network outside the reserved ranges",
        destination.toString());
    return new Grants.Route(
        destination, gateway(route, destination, path + ".gateway"), route.device());
  }

  private static IpAddress gateway(HostRequest.Route route, Cidr destination, String path) {
    if (route.gateway().isEmpty()) {
      return new IpAddress(Bytes.zeros(destination.address().value().size()));
    }
    IpAddress gateway = address(route.gateway(), path);
    if (!gateway.isLinkLocal()) {
      ordinary(gateway, path);
    }
    Denied.unless(
        gateway.isV4() == destination.address().isV4(),
        PolicyError.ADDRESS,
        path,
        "an address of the destination's family",
        gateway.toString());
    return gateway;
  }
}
