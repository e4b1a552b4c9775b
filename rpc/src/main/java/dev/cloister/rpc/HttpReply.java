package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.Map;

/**
 * What an HTTP server answered.
 *
 * @param status for example 200
 * @param fields header fields by name in lower case
 * @param body whole
 */
public record HttpReply(int status, Map<String, String> fields, Bytes body) {
  public HttpReply {
    fields = Map.copyOf(fields);
  }

  /** The value of a header field, or the empty text where it is absent. */
  public String field(String name) {
    return fields.getOrDefault(name, "");
  }
}
