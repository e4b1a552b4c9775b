package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * An address and the length of its network's prefix.
 *
 * @param address the address, which may have bits outside the prefix
 * @param prefix 0 to 32 or 128
 */
public record Cidr(IpAddress address, int prefix) {

  public Cidr {
    if (prefix < 0 || prefix > address.bits()) {
      throw new CloisterException(PolicyError.ADDRESS, "", "no prefix of " + prefix + " bits");
    }
  }

  /**
   * Reads {@code ADDRESS/BITS}.
   *
   * @throws CloisterException with {@link PolicyError#ADDRESS}; the place is empty
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String bits = slash < 0 ? "" : text.substring(slash + 1);
    if (!Grammar.isNumber(bits) || bits.length() > 3) {
      throw new CloisterException(
          PolicyError.ADDRESS, "", "not an address and a prefix: " + Grammar.shown(text));
    }
    return new Cidr(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(bits));
  }

  /** Whether all bits after the prefix are zero. */
  public boolean isNetwork() {
    return address.value().equals(network().address.value());
  }

  /** The network that the address is in: all bits after the prefix zero. */
  public Cidr network() {
    byte[] value = address.value().toArray();
    for (int bit = prefix; bit < address.bits(); bit++) {
      value[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return new Cidr(new IpAddress(Bytes.of(value)), prefix);
  }

  /** Whether the two networks have an address in common. */
  public boolean overlaps(Cidr that) {
    if (address.isV4() != that.address.isV4()) {
      return false;
    }
    for (int bit = 0; bit < Math.min(prefix, that.prefix); bit++) {
      if (bit(address, bit) != bit(that.address, bit)) {
        return false;
      }
    }
    return true;
  }

  private static boolean bit(IpAddress address, int index) {
    return (address.value().at(index / 8) >> (7 - index % 8) & 1) != 0;
  }

  /** {@code ADDRESS/BITS}. */
  @Override
  public String toString() {
    return address + "/" + prefix;
  }
}
