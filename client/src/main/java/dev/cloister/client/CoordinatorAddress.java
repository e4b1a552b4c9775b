package dev.cloister.client;

import dev.cloister.encoding.CloisterException;

/**
 * Where a Coordinator is said to be. A hint: whoever answers there has to prove itself.
 *
 * @param host a host name or an IP address
 * @param port 1 to 65535
 */
public record CoordinatorAddress(String host, int port) {

  /** The port of the attested channel. */
  public static final int CHANNEL_PORT = 7443;

  /** The port of plain HTTPS. */
  public static final int HTTPS_PORT = 7444;

  private static final int MAX_HOST = 253;

  public CoordinatorAddress {
    if (host.isEmpty() || host.length() > MAX_HOST || !host.matches("[A-Za-z0-9._:%-]+")) {
      throw bad("the host");
    }
    if (port < 1 || port > 65535) {
      throw bad("port " + port);
    }
  }

  /**
   * Reads {@code HOST} or {@code HOST:PORT}; an IPv6 address stands in brackets.
   *
   * @param standard the port where none is named
   * @throws CloisterException with {@link ClientError#BAD_ADDRESS}
   */
  public static CoordinatorAddress parse(String text, int standard) {
    boolean bracketed = text.startsWith("[");
    int end = bracketed ? text.indexOf(']') + 1 : hostEnd(text);
    if (end == 0) {
      throw bad("no ']'");
    }
    String host = bracketed ? text.substring(1, end - 1) : text.substring(0, end);
    if (!bracketed && host.contains(":")) {
      throw bad("an IPv6 address without brackets");
    }
    return new CoordinatorAddress(
        host, end == text.length() ? standard : port(text.substring(end)));
  }

  private static int hostEnd(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 0 ? text.length() : colon;
  }

  private static int port(String text) {
    if (!text.matches(":[1-9][0-9]{0,4}")) {
      throw bad("the port");
    }
    return Integer.parseInt(text.substring(1));
  }

  private static CloisterException bad(String what) {
    return new CloisterException(ClientError.BAD_ADDRESS, "address", what + " is not right");
  }

  /** {@code HOST:PORT}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
