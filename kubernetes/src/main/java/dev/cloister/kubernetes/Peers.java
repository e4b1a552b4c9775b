package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Connection;
import dev.cloister.manifest.Connections;
import dev.cloister.manifest.PodMesh;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.NamePattern;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds who is meant where one pod wants to connect to another: the host that the application
 * writes leads through a Service's selector to one workload and its port.
 */
final class Peers {

  private final List<Peer> peers;
  private final List<ServiceObject> services;

  /** One workload, as far as others see it. */
  private record Peer(PodTemplate template, DerivedPod pod) {

    boolean offers(int port) {
      return pod.ports().inbound().stream()
          .anyMatch(inbound ->
              inbound.port() == port
                  && inbound.protocol() == Protocol.TCP
                  && inbound.mode() != InboundMode.PLAIN);
    }
  }

  /** For all workloads of the files; the two lists have one order. */
  Peers(List<PodTemplate> templates, List<DerivedPod> pods, List<ServiceObject> services) {
    this.peers = new ArrayList<>();
    for (int i = 0; i < templates.size(); i++) {
      peers.add(new Peer(templates.get(i), pods.get(i)));
    }
    this.services = services;
  }

  /**
   * The connections of each workload, in their order.
   *
   * @throws CloisterException where nobody, or more than one, is meant
   */
  List<Connections> connections() {
    return peers.stream().map(this::connections).toList();
  }

  /** Who may call each port of each workload: names by port, in the workloads' order. */
  static List<Map<Integer, List<String>>> callers(
      List<PodTemplate> templates, List<Connections> connections) {
    Map<String, Map<Integer, TreeSet<String>>> callers = new HashMap<>();
    for (int i = 0; i < templates.size(); i++) {
      String caller = fullName(templates.get(i));
      for (Connection to : connections.get(i).connectsTo()) {
        callers
            .computeIfAbsent(to.workload(), _ -> new TreeMap<>())
            .computeIfAbsent(to.targetPort(), _ -> new TreeSet<>())
            .add(caller);
      }
    }
    List<Map<Integer, List<String>>> lists = new ArrayList<>();
    for (PodTemplate template : templates) {
      Map<Integer, List<String>> names = new TreeMap<>();
      callers
          .getOrDefault(fullName(template), Map.of())
          .forEach((port, some) -> names.put(port, List.copyOf(some)));
      lists.add(names);
    }
    return lists;
  }

  private static String fullName(PodTemplate template) {
    return template.namespace() + "/" + template.object().name();
  }

  private Connections connections(Peer peer) {
    if (!peer.pod().membership().join()) {
      return Connections.NONE;
    }
    if (peer.pod().ports().inbound().size() > Connections.MAX) {
      throw new CloisterException(
          KubernetesError.BAD_VALUE,
          peer.template().object().at().toString(),
          "its pods have more than " + Connections.MAX + " ports");
    }
    List<Connection> connectsTo = new ArrayList<>();
    for (Wishes.Wish wish : peer.pod().wishes().connectsTo()) {
      Connection to = connection(peer, wish);
      for (Connection other : connectsTo) {
        if (other.address().equals(to.address()) && other.port() == to.port()) {
          throw new CloisterException(
              KubernetesError.ANNOTATION_DUPLICATE,
              wish.where(),
              wish.shown() + " is the same as " + other.name() + ":" + other.port());
        }
      }
      connectsTo.add(to);
    }
    List<PodMesh.External> external = new ArrayList<>();
    for (Wishes.Wish wish : peer.pod().wishes().external()) {
      requireOutside(peer, wish);
      external.add(new PodMesh.External(wish.host(), wish.port()));
    }
    return new Connections(peer.pod().ports().inbound(), connectsTo, external);
  }

  private void requireOutside(Peer caller, Wishes.Wish wish) {
    for (HostName.Meaning meaning : HostName.meanings(wish.host(), namespace(caller))) {
      for (ServiceObject service : services) {
        if (isNamed(service, meaning) && !service.isExternalName()) {
          throw new CloisterException(
              KubernetesError.ANNOTATION_CONTRADICTION,
              wish.where(),
              wish.host() + " is a Service of the files; name it in " + Annotations.CONNECTS_TO);
        }
      }
    }
  }

  private static boolean isNamed(ServiceObject service, HostName.Meaning meaning) {
    return service.name().equals(meaning.service())
        && service.namespace().equals(meaning.namespace());
  }

  private static String namespace(Peer peer) {
    return peer.template().namespace();
  }

  private Connection connection(Peer caller, Wishes.Wish wish) {
    for (HostName.Meaning meaning : HostName.meanings(wish.host(), namespace(caller))) {
      for (ServiceObject service : services) {
        if (isNamed(service, meaning) && (meaning.pod().isEmpty() || service.isHeadless())) {
          return connection(wish, meaning, service);
        }
      }
    }
    throw new CloisterException(
        KubernetesError.UNKNOWN_PEER,
        wish.where(),
        "no Service of the files is called " + Words.quoted(wish.host()) + known(caller));
  }

  private String known(Peer caller) {
    List<String> names = new ArrayList<>();
    for (ServiceObject service : services) {
      boolean near = service.namespace().equals(namespace(caller));
      names.add(near ? service.name() : service.name() + "." + service.namespace());
    }
    return names.isEmpty() ? "; they hold no Service" : "; there are: " + String.join(", ", names);
  }

  private Connection connection(Wishes.Wish wish, HostName.Meaning meaning, ServiceObject service) {
    if (service.isExternalName()) {
      throw new CloisterException(
          KubernetesError.UNKNOWN_PEER,
          wish.where(),
          wish.host() + " leads out of the deployment; name it in " + Annotations.EXTERNAL);
    }
    Peer peer = only(wish, service);
    if (!meaning.pod().isEmpty() && !isPodOf(peer, meaning.pod())) {
      throw new CloisterException(
          KubernetesError.UNKNOWN_PEER,
          wish.where(),
          peer.template().object().shown() + " has no pod " + Words.quoted(meaning.pod()));
    }
    int target = new ServiceTarget(wish, service, peer.pod().ports().named()).port();
    if (!peer.offers(target)) {
      throw notOffered(wish, peer, target);
    }
    return new Connection(
        wish.host(), wish.port(), fullName(peer.template()), target, meaning.address());
  }

  private static CloisterException notOffered(Wishes.Wish wish, Peer peer, int target) {
    String shown = peer.template().object().shown();
    return new CloisterException(
        KubernetesError.PEER_PORT,
        wish.where(),
        peer.pod().membership().join()
            ? wish.shown()
                + " leads to port "
                + target
                + " of "
                + shown
                + ", which is not open to"
                + " workloads; add it to its "
                + Annotations.INBOUND
            : shown + " does not join the deployment, so it cannot show who it is");
  }

  private Peer only(Wishes.Wish wish, ServiceObject service) {
    List<Peer> selected =
        peers.stream()
            .filter(peer ->
                namespace(peer).equals(service.namespace())
                    && service.selects(peer.template().labels()))
            .toList();
    if (selected.size() == 1) {
      return selected.getFirst();
    }
    List<String> names = selected.stream().map(peer -> peer.template().object().shown()).toList();
    throw new CloisterException(
        KubernetesError.UNKNOWN_PEER,
        wish.where(),
        selected.isEmpty()
            ? "no workload of the files has the labels that Service/" + service.name() + " selects"
            : "Service/"
                + service.name()
                + " leads to several workloads, but one must answer: "
                + String.join(", ", names));
  }

  /** Only pods of a StatefulSet have names that are known before. */
  private static boolean isPodOf(Peer peer, String pod) {
    return peer.template().names() instanceof NamePattern.Ordinal ordinal && ordinal.matches(pod);
  }
}
