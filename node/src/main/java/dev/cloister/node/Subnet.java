package dev.cloister.node;

import dev.cloister.encoding.CloisterException;

/**
 * An IPv4 network.
 *
 * @param network its first address as a number
 * @param prefix length of its prefix in bits
 */
record Subnet(long network, int prefix) {

  static Subnet parse(String cidr) {
    Subnet subnet = parseAny(cidr);
    if (subnet.prefix < 16 || subnet.prefix > 28 || !subnet.toString().equals(cidr)) {
      throw bad(cidr);
    }
    return subnet;
  }

  /** As routing tables have them: any prefix, or an address without one. */
  static Subnet parseAny(String cidr) {
    String[] parts = cidr.split("/", 2);
    String[] octets = parts[0].split("\\.", -1);
    if (octets.length != 4) {
      throw bad(cidr);
    }
    try {
      long address = 0;
      for (String octet : octets) {
        int value = Integer.parseInt(octet);
        if (value < 0 || value > 255) {
          throw bad(cidr);
        }
        address = address << 8 | value;
      }
      int prefix = parts.length == 2 ? Integer.parseInt(parts[1]) : 32;
      if (prefix < 0 || prefix > 32) {
        throw bad(cidr);
      }
      return new Subnet(address & mask(prefix), prefix);
    } catch (NumberFormatException e) {
      throw new CloisterException(NodeError.BAD_SPEC, "subnet", "not a CIDR: " + cidr, e);
    }
  }

  boolean overlaps(Subnet other) {
    long mask = mask(Math.min(prefix, other.prefix));
    return (network & mask) == (other.network & mask);
  }

  /** The first usable address: the host's end of the bridge. */
  String gateway() {
    return text(network + 1);
  }

  @Override
  public String toString() {
    return text(network) + "/" + prefix;
  }

  private static long mask(int prefix) {
    return prefix == 0 ? 0 : 0xffff_ffffL << (32 - prefix) & 0xffff_ffffL;
  }

  private static String text(long address) {
    return (address >> 24 & 255)
        + "."
        + (address >> 16 & 255)
        + "."
        + (address >> 8 & 255)
        + "."
        + (address & 255);
  }

  private static CloisterException bad(String cidr) {
    return new CloisterException(
        NodeError.BAD_SPEC,
        "subnet",
        "must be an IPv4 network with a prefix of 16 to 28 bits and nothing after it: " + cidr);
  }
}
