package dev.cloister.kubernetes;

import java.util.List;

/**
 * To whom the author of a pod wants it to connect.
 *
 * @param connectsTo hosts of the deployment
 * @param external hosts outside
 */
record Wishes(List<Wish> connectsTo, List<Wish> external) {

  Wishes {
    connectsTo = List.copyOf(connectsTo);
    external = List.copyOf(external);
  }

  /**
   * One host and port, as the application writes them.
   *
   * @param host a DNS name
   * @param port 1 to 65,535
   * @param at where they stand
   * @param path path of the annotation
   */
  record Wish(String host, int port, Position at, String path) {

    /** File, line, column and path. */
    String where() {
      return at + " " + path;
    }

    /** {@code HOST:PORT}. */
    String shown() {
      return host + ":" + port;
    }
  }
}
