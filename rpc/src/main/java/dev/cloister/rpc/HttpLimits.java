package dev.cloister.rpc;

import java.time.Duration;

/**
 * What a client of an {@link HttpServer} may cost.
 *
 * @param headBytes most bytes of request line and header fields together, 256 to 65,536
 * @param bodyBytes most bytes of a body
 * @param receive longest time from the connection to the end of the request's head, and again to
 *     the end of its body
 * @param send longest time of the answer
 * @param connections most connections at once; further ones are closed without a word
 * @param ofOnePeer most of them from one IP address; those of Unix sockets count as one peer
 */
public record HttpLimits(
    int headBytes,
    long bodyBytes,
    Duration receive,
    Duration send,
    int connections,
    int ofOnePeer) {
  public HttpLimits {
    if (headBytes < 256
        || headBytes > 65_536
        || bodyBytes < 0
        || connections < 1
        || ofOnePeer < 1) {
      throw new IllegalArgumentException("limits of an HTTP server out of range");
    }
    if (!receive.isPositive() || !send.isPositive()) {
      throw new IllegalArgumentException("a limit of no time");
    }
  }
}
