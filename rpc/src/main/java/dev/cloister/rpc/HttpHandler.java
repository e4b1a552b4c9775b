package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;

/** Answers requests. Each comes in a thread of its own. */
@FunctionalInterface
public interface HttpHandler {

  /**
   * The answer to a request.
   *
   * @throws CloisterException what is refused: it is answered with its code
   * @throws IOException where the body ends early or late
   */
  HttpResponse answer(HttpRequest request) throws IOException;
}
