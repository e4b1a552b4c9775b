package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What the host tells about the pod as a whole: messages of {@code agent.proto} as records. Reading
 * refuses unknown and repeated fields; a field that is absent has the default of protobuf.
 */
public final class AgentSandbox {

  private AgentSandbox() {}

  /**
   * {@code cloister.agent.v1.OpenSandboxRequest}.
   *
   * @param podName pod name
   * @param namespace namespace
   * @param uid uid
   * @param nodeName node name
   * @param hostname hostname
   * @param podIps pod ips
   * @param hostIps host ips
   */
  public record OpenSandboxRequest(
      String podName,
      String namespace,
      String uid,
      String nodeName,
      String hostname,
      List<String> podIps,
      List<String> hostIps)
      implements ProtoMessage {
    public OpenSandboxRequest {
      podIps = List.copyOf(podIps);
      hostIps = List.copyOf(hostIps);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static OpenSandboxRequest read(ProtoReader in) {
      String podName = "";
      String namespace = "";
      String uid = "";
      String nodeName = "";
      String hostname = "";
      List<String> podIps = new ArrayList<>();
      List<String> hostIps = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> podName = in.string();
          case 2 -> namespace = in.string();
          case 3 -> uid = in.string();
          case 4 -> nodeName = in.string();
          case 5 -> hostname = in.string();
          case 6 -> podIps.add(in.many().string());
          case 7 -> hostIps.add(in.many().string());
          default -> throw in.unknown();
        }
      }
      return new OpenSandboxRequest(podName, namespace, uid, nodeName, hostname, podIps, hostIps);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, podName);
      out.string(2, namespace);
      out.string(3, uid);
      out.string(4, nodeName);
      out.string(5, hostname);
      out.strings(6, podIps);
      out.strings(7, hostIps);
    }
  }

  /**
   * {@code cloister.agent.v1.SetNetworkRequest}.
   *
   * @param interfaces interfaces
   * @param routes routes
   * @param coordinatorAddress IP:PORT where a Coordinator is said to be; empty for none known, or
   *     where the policy joins none
   * @param storeAddress IP:PORT of the store; only for a pod whose policy has the role of a
   *     Coordinator
   */
  public record SetNetworkRequest(
      List<Interface> interfaces,
      List<Route> routes,
      String coordinatorAddress,
      String storeAddress)
      implements ProtoMessage {
    public SetNetworkRequest {
      interfaces = List.copyOf(interfaces);
      routes = List.copyOf(routes);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static SetNetworkRequest read(ProtoReader in) {
      List<Interface> interfaces = new ArrayList<>();
      List<Route> routes = new ArrayList<>();
      String coordinatorAddress = "";
      String storeAddress = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> interfaces.add(Interface.read(in.many().message()));
          case 2 -> routes.add(Route.read(in.many().message()));
          case 3 -> coordinatorAddress = in.string();
          case 4 -> storeAddress = in.string();
          default -> throw in.unknown();
        }
      }
      return new SetNetworkRequest(interfaces, routes, coordinatorAddress, storeAddress);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.messages(1, interfaces);
      out.messages(2, routes);
      out.string(3, coordinatorAddress);
      out.string(4, storeAddress);
    }
  }

  /**
   * {@code cloister.agent.v1.SetCoordinatorRequest}.
   *
   * @param address IP:PORT, or empty where none is known any more
   */
  public record SetCoordinatorRequest(String address) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static SetCoordinatorRequest read(ProtoReader in) {
      String address = "";
      while (in.next()) {
        address =
            switch (in.field()) {
              case 1 -> in.string();
              default -> throw in.unknown();
            };
      }
      return new SetCoordinatorRequest(address);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, address);
    }
  }

  /**
   * {@code cloister.agent.v1.Interface}.
   *
   * @param name "eth0"
   * @param mac mac
   * @param mtu mtu
   * @param addresses CIDR
   */
  public record Interface(String name, String mac, int mtu, List<String> addresses)
      implements ProtoMessage {
    public Interface {
      addresses = List.copyOf(addresses);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static Interface read(ProtoReader in) {
      String name = "";
      String mac = "";
      int mtu = 0;
      List<String> addresses = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.string();
          case 2 -> mac = in.string();
          case 3 -> mtu = in.uint32();
          case 4 -> addresses.add(in.many().string());
          default -> throw in.unknown();
        }
      }
      return new Interface(name, mac, mtu, addresses);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, name);
      out.string(2, mac);
      out.uint32(3, mtu);
      out.strings(4, addresses);
    }
  }

  /**
   * {@code cloister.agent.v1.Route}.
   *
   * @param destination CIDR
   * @param gateway IP, or empty for on-link
   * @param interfaceName name of the interface
   */
  public record Route(String destination, String gateway, String interfaceName)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static Route read(ProtoReader in) {
      String destination = "";
      String gateway = "";
      String interfaceName = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> destination = in.string();
          case 2 -> gateway = in.string();
          case 3 -> interfaceName = in.string();
          default -> throw in.unknown();
        }
      }
      return new Route(destination, gateway, interfaceName);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, destination);
      out.string(2, gateway);
      out.string(3, interfaceName);
    }
  }

  /**
   * {@code cloister.agent.v1.SetResolverRequest}.
   *
   * @param nameServers name servers
   * @param clusterDomain cluster domain
   */
  public record SetResolverRequest(List<String> nameServers, String clusterDomain)
      implements ProtoMessage {
    public SetResolverRequest {
      nameServers = List.copyOf(nameServers);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static SetResolverRequest read(ProtoReader in) {
      List<String> nameServers = new ArrayList<>();
      String clusterDomain = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> nameServers.add(in.many().string());
          case 2 -> clusterDomain = in.string();
          default -> throw in.unknown();
        }
      }
      return new SetResolverRequest(nameServers, clusterDomain);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.strings(1, nameServers);
      out.string(2, clusterDomain);
    }
  }

  /**
   * {@code cloister.agent.v1.SetServiceLinksRequest}.
   *
   * @param links links
   */
  public record SetServiceLinksRequest(List<ServiceLink> links) implements ProtoMessage {
    public SetServiceLinksRequest {
      links = List.copyOf(links);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static SetServiceLinksRequest read(ProtoReader in) {
      List<ServiceLink> links = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> links.add(ServiceLink.read(in.many().message()));
          default -> throw in.unknown();
        }
      }
      return new SetServiceLinksRequest(links);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.messages(1, links);
    }
  }

  /**
   * {@code cloister.agent.v1.ServiceLink}.
   *
   * @param service service
   * @param ip ip
   * @param ports ports
   */
  public record ServiceLink(String service, String ip, List<Integer> ports)
      implements ProtoMessage {
    public ServiceLink {
      ports = List.copyOf(ports);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static ServiceLink read(ProtoReader in) {
      String service = "";
      String ip = "";
      List<Integer> ports = List.of();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> service = in.string();
          case 2 -> ip = in.string();
          case 3 -> ports = in.packed();
          default -> throw in.unknown();
        }
      }
      return new ServiceLink(service, ip, ports);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, service);
      out.string(2, ip);
      out.packed(3, ports);
    }
  }

  /**
   * {@code cloister.agent.v1.PutFilesRequest}.
   *
   * @param volume volume
   * @param generation generation
   * @param files files
   */
  public record PutFilesRequest(String volume, long generation, List<File> files)
      implements ProtoMessage {
    public PutFilesRequest {
      files = List.copyOf(files);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static PutFilesRequest read(ProtoReader in) {
      String volume = "";
      long generation = 0;
      List<File> files = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> volume = in.string();
          case 2 -> generation = in.uint64();
          case 3 -> files.add(File.read(in.many().message()));
          default -> throw in.unknown();
        }
      }
      return new PutFilesRequest(volume, generation, files);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, volume);
      out.uint64(2, generation);
      out.messages(3, files);
    }
  }

  /**
   * {@code cloister.agent.v1.File}.
   *
   * @param name name
   * @param content content
   */
  public record File(String name, Bytes content) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static File read(ProtoReader in) {
      String name = "";
      Bytes content = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> name = in.string();
          case 2 -> content = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new File(name, content);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, name);
      out.bytes(2, content);
    }
  }

  /**
   * {@code cloister.agent.v1.AttachDeviceRequest}.
   *
   * @param serial Virtio-blk serial of the disk. An image disk has the first 20 hexadecimal digits
   *     of its verity root.
   * @param imageRoot Exactly one of the two: the whole verity root in lower-case hexadecimal, or a
   *     declared volume's name.
   * @param volume volume
   */
  public record AttachDeviceRequest(String serial, String imageRoot, String volume)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static AttachDeviceRequest read(ProtoReader in) {
      String serial = "";
      String imageRoot = "";
      String volume = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> serial = in.string();
          case 2 -> imageRoot = in.string();
          case 3 -> volume = in.string();
          default -> throw in.unknown();
        }
      }
      return new AttachDeviceRequest(serial, imageRoot, volume);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, serial);
      out.string(2, imageRoot);
      out.string(3, volume);
    }
  }

  /**
   * {@code cloister.agent.v1.CloseSandboxRequest}.
   *
   * @param graceMillis grace millis
   */
  public record CloseSandboxRequest(int graceMillis) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static CloseSandboxRequest read(ProtoReader in) {
      int graceMillis = 0;
      while (in.next()) {
        graceMillis =
            switch (in.field()) {
              case 1 -> in.uint32();
              default -> throw in.unknown();
            };
      }
      return new CloseSandboxRequest(graceMillis);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.uint32(1, graceMillis);
    }
  }
}
