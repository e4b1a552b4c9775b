package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * An IPv4 or IPv6 address as its 4 or 16 bytes in network order. Read without the JDK's network
 * classes, which resolve names and load native code.
 *
 * @param value 4 or 16 bytes
 */
public record IpAddress(Bytes value) {

  public IpAddress {
    if (value.size() != 4 && value.size() != 16) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes");
    }
  }

  /**
   * Reads the dotted form (four decimal numbers without leading zeros) or the text form of RFC 4291
   * section 2.2 without a zone.
   *
   * @throws CloisterException with {@link PolicyError#ADDRESS}; the place is empty
   */
  public static IpAddress parse(String text) {
    byte[] bytes = text.indexOf(':') >= 0 ? v6(text) : v4(text);
    if (bytes.length == 0) {
      throw new CloisterException(
          PolicyError.ADDRESS, "", "not an IP address: " + Grammar.shown(text));
    }
    return new IpAddress(Bytes.of(bytes));
  }

  /** Whether this is an IPv4 address. */
  public boolean isV4() {
    return value.size() == 4;
  }

  /** Bits of an address of this family: 32 or 128. */
  public int bits() {
    return value.size() * 8;
  }

  /**
   * Whether a pod or a host may have this address: not unspecified, loopback, link-local, multicast
   * or broadcast, and no IPv4 address in IPv6 clothes.
   */
  public boolean isOrdinaryUnicast() {
    return isV4() ? ordinaryV4() : ordinaryV6();
  }

  private boolean ordinaryV4() {
    int first = value.at(0);
    boolean linkLocal = first == 169 && value.at(1) == 254;
    return first != 0 && first != 127 && first < 224 && !linkLocal;
  }

  private boolean ordinaryV6() {
    int first = value.at(0);
    boolean linkLocal = first == 0xfe && (value.at(1) & 0xc0) == 0x80;
    boolean embedded = value.slice(0, 10).isAllZero();
    return first != 0xff && !linkLocal && !embedded;
  }

  /** Whether this is a link-local address (RFC 3927, RFC 4291 section 2.5.6). */
  public boolean isLinkLocal() {
    return isV4()
        ? value.at(0) == 169 && value.at(1) == 254
        : value.at(0) == 0xfe && (value.at(1) & 0xc0) == 0x80;
  }

  /** Whether all bits are zero. */
  public boolean isUnspecified() {
    return value.isAllZero();
  }

  /** The one text form: dotted, or RFC 5952 section 4. */
  @Override
  public String toString() {
    return isV4() ? v4Text() : v6Text();
  }

  private String v4Text() {
    return value.at(0) + "." + value.at(1) + "." + value.at(2) + "." + value.at(3);
  }

  private String v6Text() {
    int bestAt = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && group(end) == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestAt = i;
        bestLength = end - i;
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == bestAt) {
        out.append("::");
        i += bestLength - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(group(i)));
      }
    }
    return out.toString();
  }

  private int group(int index) {
    return value.at(2 * index) << 8 | value.at(2 * index + 1);
  }

  private static byte[] v4(String text) {
    byte[] out = new byte[4];
    int at = 0;
    for (int part = 0; part < 4; part++) {
      int begin = at;
      int number = 0;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        number = number * 10 + text.charAt(at) - '0';
        at++;
        if (at - begin > 3) {
          return new byte[0];
        }
      }
      boolean leadingZero = at - begin > 1 && text.charAt(begin) == '0';
      boolean separated = part == 3 ? at == text.length() : at < text.length();
      if (at == begin || leadingZero || number > 255 || !separated) {
        return new byte[0];
      }
      if (part < 3 && text.charAt(at++) != '.') {
        return new byte[0];
      }
      out[part] = (byte) number;
    }
    return out;
  }

  private static byte[] v6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] whole = groups(text);
      return whole.length == 16 ? whole : new byte[0];
    }
    byte[] head = groups(text.substring(0, gap));
    byte[] tail = groups(text.substring(gap + 2));
    boolean bad = head.length == 1 || tail.length == 1 || head.length + tail.length > 14;
    if (bad) {
      return new byte[0];
    }
    byte[] out = new byte[16];
    System.arraycopy(head, 0, out, 0, head.length);
    System.arraycopy(tail, 0, out, 16 - tail.length, tail.length);
    return out;
  }

  /** The bytes of groups of hexadecimal digits between colons; one byte stands for a failure. */
  private static byte[] groups(String text) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    byte[] out = new byte[16];
    int used = 0;
    int at = 0;
    while (used < 16) {
      int end = text.indexOf(':', at) < 0 ? text.length() : text.indexOf(':', at);
      int number = hex(text, at, end);
      if (number < 0) {
        return new byte[1];
      }
      out[used++] = (byte) (number >> 8);
      out[used++] = (byte) number;
      if (end == text.length()) {
        return java.util.Arrays.copyOf(out, used);
      }
      at = end + 1;
    }
    return new byte[1];
  }

  private static int hex(String text, int from, int to) {
    if (to == from || to - from > 4) {
      return -1;
    }
    int number = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      number = number * 16 + digit;
    }
    return number;
  }
}
