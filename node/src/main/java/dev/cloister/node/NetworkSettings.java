package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Path;

/**
 * The pod network of this node.
 *
 * @param bridge name of a bridge of its own, 1 to 15 characters
 * @param subnet IPv4 CIDR with a prefix of 16 to 28 bits; the first address is the host's
 * @param plugins directory of the CNI plugins
 */
public record NetworkSettings(String bridge, String subnet, Path plugins) {

  /** What holds where nothing else is said; the plugins are where Debian puts them. */
  public static final NetworkSettings DEFAULT =
      new NetworkSettings("cloister0", "10.88.64.0/20", Path.of("/usr/lib/cni"));

  public NetworkSettings {
    if (!bridge.matches("[a-z][a-z0-9-]{0,14}")) {
      throw new CloisterException(
          NodeError.BAD_SPEC, "bridge", "must be 1 to 15 of a-z, 0-9 and '-'");
    }
    Subnet.parse(subnet);
  }

  Subnet range() {
    return Subnet.parse(subnet);
  }
}
