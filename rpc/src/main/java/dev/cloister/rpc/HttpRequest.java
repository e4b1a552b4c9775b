package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.util.Map;

/**
 * A request whose head has been read.
 *
 * @param method for example {@code GET}
 * @param target path only, of letters, digits, {@code .}, {@code _}, {@code -} and {@code /};
 *     begins with {@code /}
 * @param fields header fields by name in lower case, each name once
 * @param length bytes of the body, 0 where there is none
 * @param body the body; it ends after {@code length} bytes
 * @param peer who asks
 */
public record HttpRequest(
    String method,
    String target,
    Map<String, String> fields,
    long length,
    InputStream body,
    SocketAddress peer) {
  public HttpRequest {
    fields = Map.copyOf(fields);
  }

  /** The value of a header field, or the empty text where it is absent. */
  public String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /**
   * The whole body.
   *
   * @param most the most bytes that it may have
   * @throws CloisterException with {@link RpcError#HTTP_TOO_LARGE}
   */
  public Bytes content(int most) throws IOException {
    if (length > most) {
      throw new CloisterException(
          RpcError.HTTP_TOO_LARGE, "body", length + " bytes where " + most + " are taken");
    }
    byte[] content = body.readNBytes((int) length);
    if (content.length != length) {
      throw new EOFException("the body ends early");
    }
    return Bytes.of(content);
  }

  /** The refusal of a target that does not exist, or not for this method. */
  public CloisterException unknown() {
    return new CloisterException(RpcError.HTTP_UNKNOWN_ROUTE, target, "no " + method + " here");
  }
}
