package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import java.util.List;
import java.util.Map;

/**
 * What the host may ask of the agent, as it arrived: nothing in it has been checked but its types.
 * The messages of {@code agent.proto} that change something, one record each.
 */
public sealed interface HostRequest {

  /** The name of the request in records of refusals. */
  String operation();

  /** The facts that belong to this pod; once. */
  record OpenSandbox(
      String podName,
      String namespace,
      String uid,
      String nodeName,
      String hostname,
      List<String> podIps,
      List<String> hostIps)
      implements HostRequest {
    public OpenSandbox {
      podIps = List.copyOf(podIps);
      hostIps = List.copyOf(hostIps);
    }

    @Override
    public String operation() {
      return "OpenSandbox";
    }
  }

  /**
   * Interfaces and routes; once, before the first container.
   *
   * @param coordinator {@code ADDRESS:PORT} where a Coordinator is said to be, or empty
   * @param store {@code ADDRESS:PORT} of the store, or empty
   */
  record SetNetwork(
      List<Interface> interfaces, List<Route> routes, String coordinator, String store)
      implements HostRequest {
    public SetNetwork {
      interfaces = List.copyOf(interfaces);
      routes = List.copyOf(routes);
    }

    /** Nothing is said about a Coordinator and a store. */
    public SetNetwork(List<Interface> interfaces, List<Route> routes) {
      this(interfaces, routes, "", "");
    }

    @Override
    public String operation() {
      return "SetNetwork";
    }
  }

  /** An interface: addresses are {@code ADDRESS/BITS}. */
  record Interface(String name, String mac, long mtu, List<String> addresses) {
    public Interface {
      addresses = List.copyOf(addresses);
    }
  }

  /** A route: destination {@code ADDRESS/BITS}, gateway an address or empty. */
  record Route(String destination, String gateway, String device) {}

  /** The Coordinator is said to be at {@code ADDRESS:PORT} now, or nowhere where empty. */
  record SetCoordinator(String address) implements HostRequest {
    @Override
    public String operation() {
      return "SetCoordinator";
    }
  }

  /** Name servers and cluster domain; once, before the first container. */
  record SetResolver(List<String> nameServers, String clusterDomain) implements HostRequest {
    public SetResolver {
      nameServers = List.copyOf(nameServers);
    }

    @Override
    public String operation() {
      return "SetResolver";
    }
  }

  /** Services for the environment; once, before the first container. */
  record SetServiceLinks(List<Link> links) implements HostRequest {
    public SetServiceLinks {
      links = List.copyOf(links);
    }

    @Override
    public String operation() {
      return "SetServiceLinks";
    }
  }

  /** One service. */
  record Link(String service, String ip, List<Long> ports) {
    public Link {
      ports = List.copyOf(ports);
    }
  }

  /** The whole set of files that the host supplies for a volume. */
  record PutFiles(String volume, long generation, Map<String, Bytes> files) implements HostRequest {
    public PutFiles {
      files = Map.copyOf(files);
    }

    @Override
    public String operation() {
      return "PutFiles";
    }
  }

  /** A disk that holds the image of this verity root. */
  record AttachImage(String serial, String imageRoot) implements HostRequest {
    @Override
    public String operation() {
      return "AttachDevice";
    }
  }

  /** A disk that is a declared volume. */
  record AttachVolume(String serial, String volume) implements HostRequest {
    @Override
    public String operation() {
      return "AttachDevice";
    }
  }

  /** Makes an instance of a container. */
  record Create(String container, InstanceId instance) implements HostRequest {
    @Override
    public String operation() {
      return "Create";
    }
  }

  /** Starts a created instance. */
  record Start(InstanceId instance) implements HostRequest {
    @Override
    public String operation() {
      return "Start";
    }
  }

  /** Runs a listed command. */
  record Exec(InstanceId instance, ExecId exec, List<String> argv, boolean tty, boolean stdin)
      implements HostRequest {
    public Exec {
      argv = List.copyOf(argv);
    }

    @Override
    public String operation() {
      return "Exec";
    }
  }

  /** Sends a signal to the instance itself, or to one of its execs. */
  record SendSignal(Target target, long signal) implements HostRequest {
    @Override
    public String operation() {
      return "Signal";
    }
  }

  /** Waits for the end of the instance itself, or of one of its execs. */
  record Wait(Target target) implements HostRequest {
    @Override
    public String operation() {
      return "Wait";
    }
  }

  /** Closes standard input. */
  record CloseStdin(Target target) implements HostRequest {
    @Override
    public String operation() {
      return "CloseStdin";
    }
  }

  /** Says how large the terminal is. */
  record ResizeTerminal(Target target, long columns, long rows) implements HostRequest {
    @Override
    public String operation() {
      return "ResizeTerminal";
    }
  }

  /** Changes limits; 0 leaves one as it is. */
  record ResizeResources(InstanceId instance, long cpuMilli, long memoryMib)
      implements HostRequest {
    @Override
    public String operation() {
      return "ResizeResources";
    }
  }

  /** Forgets an instance that has exited or never started. */
  record Remove(InstanceId instance) implements HostRequest {
    @Override
    public String operation() {
      return "Remove";
    }
  }

  /** Stops everything. */
  record CloseSandbox(long graceMillis) implements HostRequest {
    @Override
    public String operation() {
      return "CloseSandbox";
    }
  }
}
