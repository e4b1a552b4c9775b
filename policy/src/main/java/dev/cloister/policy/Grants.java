package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What allowed requests get: checked values, from the policy wherever it decides. */
public final class Grants {

  private Grants() {}

  /**
   * The network of the pod.
   *
   * @param interfaces 1 to 4
   * @param routes 64 at most, each through one of the interfaces
   * @param coordinator where a Coordinator is said to be; only the agent may connect there
   * @param store where a Coordinator's container may connect to, and no other container
   */
  public record Network(
      List<Link> interfaces, List<Route> routes, Endpoint coordinator, Endpoint store) {
    public Network {
      interfaces = List.copyOf(interfaces);
      routes = List.copyOf(routes);
    }
  }

  /**
   * Where a connection may go. The host says so: whoever answers there has proven nothing.
   *
   * @param address an ordinary IPv4 address, or the unspecified one for nowhere
   * @param port 1 to 65,535, or 0 for nowhere
   */
  public record Endpoint(IpAddress address, int port) {
    /** Nowhere. */
    public static final Endpoint NONE = new Endpoint(IpAddress.parse("0.0.0.0"), 0);

    /** Whether it is nowhere. */
    public boolean isNone() {
      return port == 0;
    }

    /** {@code ADDRESS:PORT}, or the empty text for nowhere. */
    @Override
    public String toString() {
      return isNone() ? "" : address + ":" + port;
    }
  }

  /**
   * An interface.
   *
   * @param name 1 to 15 lower-case letters and digits, beginning with a letter; not {@code lo}
   * @param mac six bytes, unicast
   * @param mtu 576 to 9216, and 1280 at least with an IPv6 address
   * @param addresses 1 to 8
   */
  public record Link(String name, Bytes mac, int mtu, List<Cidr> addresses) {
    public Link {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A route.
   *
   * @param destination host bits are zero; no bits at all for the default route
   * @param gateway the next hop, or the unspecified address of the family where the destination is
   *     on the link
   * @param device name of the interface
   */
  public record Route(Cidr destination, IpAddress gateway, String device) {}

  /**
   * The content of a file volume, whole: what the host supplied and what the agent composed.
   *
   * @param volume the volume
   * @param generation of the host's set; 0 where the host supplies nothing
   * @param files by relative path
   */
  public record FileSet(Volume.Files volume, long generation, Map<String, Bytes> files) {
    public FileSet {
      files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** The permission bits of one of the files. */
    public int mode(String path) {
      FileEntry entry = volume.files().get(path);
      if (entry == null) {
        throw new IllegalArgumentException("no file of this volume: " + path);
      }
      return entry.mode();
    }
  }

  /**
   * A command to run.
   *
   * @param container whose environment, user and rights it has
   * @param command the entry of the policy
   */
  public record Command(ContainerPolicy container, ExecPolicy command) {}

  /**
   * Limits to set; 0 leaves one as it is.
   *
   * @param cpuMilli thousandths of a processor
   * @param memoryMib memory, MiB
   */
  public record Limits(int cpuMilli, int memoryMib) {}

  /**
   * Size of a terminal.
   *
   * @param columns 1 to 65,535
   * @param rows 1 to 65,535
   */
  public record Terminal(int columns, int rows) {}
}
