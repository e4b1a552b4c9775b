package dev.cloister.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** What lies between a connection and HTTP: nothing, or TLS. */
@FunctionalInterface
public interface HttpLayer {

  /** Nothing. */
  HttpLayer PLAIN =
      (in, out) ->
          new Streams() {
            @Override
            public InputStream in() {
              return in;
            }

            @Override
            public OutputStream out() {
              return out;
            }

            @Override
            public void end() {}
          };

  /**
   * The streams of HTTP over those of a connection, whose reads and writes end in time. A handshake
   * counts as a part of receiving the request's head.
   *
   * @throws IOException where the peer does not speak what the layer speaks
   */
  Streams open(InputStream in, OutputStream out) throws IOException;

  /** Both directions. */
  interface Streams {
    /** What the peer sends. */
    InputStream in();

    /** What it gets. */
    OutputStream out();

    /** Says in the layer's own way that no more will come. */
    void end() throws IOException;
  }
}
