package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.PodMesh;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A pod's part of the graph as rules, proxy and hosts files need it. A pure value.
 *
 * @param self the pod's identity name
 * @param offers ports that may be reached
 * @param targets where the pod's containers may connect to
 * @param hosts address inside the pod, and the names that lead to it
 */
record MeshPlan(
    String self, List<PodMesh.Offer> offers, List<Target> targets, Map<String, Set<String>> hosts) {

  private static final String SERVICE = ".svc";

  MeshPlan {
    offers = List.copyOf(offers);
    targets = List.copyOf(targets);
  }

  /**
   * One name and port that containers may connect to.
   *
   * @param name of its part of the proxy's configuration
   * @param address inside the pod
   * @param port that the containers and the proxy dial
   * @param host that untrusted DNS is asked for
   * @param identity that must answer; empty for a host outside the deployment
   */
  record Target(String name, String address, int port, String host, String identity) {

    /** Whether it is outside the deployment, and the application protects what it sends. */
    boolean isExternal() {
      return identity.isEmpty();
    }
  }

  /**
   * Plans a pod's part of the graph.
   *
   * @param addresses keeps what names have had
   * @param clusterDomain as the host says it, or empty
   */
  static MeshPlan of(PodMesh mesh, MeshAddresses addresses, String clusterDomain) {
    Planning planning = new Planning(addresses, clusterDomain);
    mesh.calls().forEach(planning::add);
    mesh.externals().forEach(planning::add);
    return new MeshPlan(
        mesh.identity().toString(), mesh.offers(), planning.targets, planning.hosts);
  }

  /** Ports that may be reached in one way, in their order. */
  Set<Integer> ports(InboundMode mode, Protocol protocol) {
    Set<Integer> ports = new TreeSet<>();
    for (PodMesh.Offer offer : offers) {
      if (offer.mode() == mode && offer.protocol() == protocol) {
        ports.add(offer.port());
      }
    }
    return ports;
  }

  /** Ports that containers may connect to, in their order. */
  Set<Integer> dialled() {
    Set<Integer> ports = new TreeSet<>();
    targets.forEach(target -> ports.add(target.port()));
    return ports;
  }

  /** The lines of a hosts file. */
  String hostsLines() {
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, Set<String>> entry : hosts.entrySet()) {
      out.append(entry.getKey());
      entry.getValue().forEach(name -> out.append('\t').append(name));
      out.append('\n');
    }
    return out.toString();
  }

  /** The work of one plan. */
  private static final class Planning {
    private final MeshAddresses addresses;
    private final String domain;
    private final List<Target> targets = new ArrayList<>();
    private final Map<String, Set<String>> hosts = new LinkedHashMap<>();
    private final Map<String, String> taken = new HashMap<>();

    Planning(MeshAddresses addresses, String domain) {
      this.addresses = addresses;
      this.domain = domain;
    }

    void add(PodMesh.Call call) {
      IdentityName identity = call.identity();
      add(names(call), call.port(), whole(call.address()), identity.toString());
    }

    void add(PodMesh.External external) {
      add(List.of(external.host()), external.port(), external.host(), "");
    }

    /** As the application writes it, and every longer form of the same Service. */
    private List<String> names(PodMesh.Call call) {
      Set<String> names = new LinkedHashSet<>(List.of(call.name()));
      if (call.address().endsWith(SERVICE)) {
        String address = call.address();
        names.add(address.substring(0, address.length() - SERVICE.length()));
        names.add(address);
        names.add(whole(address));
      }
      return List.copyOf(names);
    }

    private String whole(String address) {
      return address.endsWith(SERVICE) && !domain.isEmpty() ? address + "." + domain : address;
    }

    private void add(List<String> names, int port, String host, String identity) {
      String address = address(names);
      List<String> shown = names;
      String meaning = host + " " + identity;
      String other = taken.putIfAbsent(address + ":" + port, meaning);
      if (other != null && !other.equals(meaning)) {
        // Another name of the same Service and port leads to somebody else: it goes alone.
        address = addresses.fresh();
        shown = List.of(names.getFirst());
        taken.put(address + ":" + port, meaning);
      }
      targets.add(new Target(name(address, port, meaning), address, port, host, identity));
      for (String name : shown) {
        if (isFree(name)) {
          addresses.bind(name, address);
          hosts.computeIfAbsent(address, _ -> new LinkedHashSet<>()).add(name);
        }
      }
    }

    /** The same for the same target, whatever else the graph holds. */
    private static String name(String address, int port, String meaning) {
      Bytes told = Bytes.ofUtf8(address + " " + port + " " + meaning);
      return "to-" + told.sha256().slice(0, 6).toHex();
    }

    private boolean isFree(String name) {
      return hosts.values().stream().noneMatch(names -> names.contains(name));
    }

    /** The address that one of the names has, or a fresh one. */
    private String address(List<String> names) {
      for (String name : names) {
        if (addresses.has(name)) {
          return addresses.of(name);
        }
      }
      return addresses.fresh();
    }
  }
}
