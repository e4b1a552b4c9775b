package dev.cloister.node;

import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.PodSettings;
import dev.cloister.rpc.AgentSandbox.AttachDeviceRequest;
import dev.cloister.rpc.AgentSandbox.File;
import dev.cloister.rpc.AgentSandbox.Interface;
import dev.cloister.rpc.AgentSandbox.OpenSandboxRequest;
import dev.cloister.rpc.AgentSandbox.PutFilesRequest;
import dev.cloister.rpc.AgentSandbox.Route;
import dev.cloister.rpc.AgentSandbox.SetNetworkRequest;
import dev.cloister.rpc.AgentSandbox.SetResolverRequest;
import dev.cloister.rpc.AgentService;
import dev.cloister.rpc.NodePods.FileVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tells a fresh agent what belongs to its pod, before the first container. */
final class PodSetup {

  private static final int MAX_HOSTNAME = 63;

  private final NodeSettings settings;
  private final PodOrder order;
  private final PodPolicy policy;
  private final Sandbox sandbox;
  private final Surroundings surroundings;

  /**
   * What of the deployment is around the pod.
   *
   * @param coordinator {@code ADDRESS:PORT} where its Coordinator is, or empty
   * @param store {@code ADDRESS:PORT} of the store, or empty
   */
  record Surroundings(String coordinator, String store) {
    static final Surroundings NONE = new Surroundings("", "");
  }

  PodSetup(
      NodeSettings settings,
      PodOrder order,
      PodPolicy policy,
      Sandbox sandbox,
      Surroundings surroundings) {
    this.settings = settings;
    this.order = order;
    this.policy = policy;
    this.sandbox = sandbox;
    this.surroundings = surroundings;
  }

  void run() {
    introduce();
    AgentService agent = sandbox.agent().calls(PodContainer.CALL_LIMIT);
    for (ImageDisk disk : sandbox.spec().disks()) {
      agent.attachDevice(new AttachDeviceRequest(disk.serial(), disk.root(), ""));
    }
  }

  /** Everything but the disks. */
  void introduce() {
    AgentService agent = sandbox.agent().calls(PodContainer.CALL_LIMIT);
    agent.openSandbox(facts());
    agent.setNetwork(network());
    agent.setResolver(new SetResolverRequest(nameServers(), PodNames.CLUSTER_DOMAIN));
    for (FileVolume volume : order.volumes()) {
      agent.putFiles(files(volume));
    }
  }

  /** Only pods that join may connect to others, and so have names to ask for. */
  private List<String> nameServers() {
    return policy.pod().join() ? List.of(settings.network().range().gateway()) : List.of();
  }

  private OpenSandboxRequest facts() {
    return new OpenSandboxRequest(
        order.name(),
        order.namespace(),
        order.uid(),
        nodeName(),
        hostname(),
        sandbox.network().map(PodInterface::ips).orElse(List.of()),
        List.of(settings.network().range().gateway()));
  }

  private SetNetworkRequest network() {
    Optional<PodInterface> connection = sandbox.network();
    if (connection.isEmpty()) {
      return new SetNetworkRequest(List.of(), List.of(), "", "");
    }
    PodInterface pod = connection.get();
    return new SetNetworkRequest(
        List.of(new Interface("eth0", pod.mac(), pod.mtu(), pod.addresses())),
        pod.routes().stream()
            .map(route -> new Route(route.destination(), route.gateway(), "eth0"))
            .toList(),
        surroundings.coordinator(),
        surroundings.store());
  }

  private static PutFilesRequest files(FileVolume volume) {
    return new PutFilesRequest(
        volume.name(),
        1,
        volume.files().stream().map(file -> new File(file.name(), file.content())).toList());
  }

  /** As kubelet computes it; the agent checks it by the same rule. */
  private String hostname() {
    PodSettings pod = policy.pod();
    String name = pod.hostname().isFixed() ? pod.hostname().toString() : order.name();
    String cut =
        name.length() <= MAX_HOSTNAME
            ? name
            : name.substring(0, MAX_HOSTNAME).replaceFirst("[-.]+$", "");
    return pod.hostnameAsFqdn()
        ? cut + "." + pod.subdomain() + "." + pod.namespace() + ".svc." + PodNames.CLUSTER_DOMAIN
        : cut;
  }

  /** This machine's name, as far as it is a DNS name. */
  private static String nodeName() {
    try {
      String name =
          Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().toLowerCase(Locale.ROOT);
      return name.matches("[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?") ? name : "node";
    } catch (IOException _) {
      return "node";
    }
  }
}
