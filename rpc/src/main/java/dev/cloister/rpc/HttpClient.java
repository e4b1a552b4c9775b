package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A small HTTP/1.1 client over any socket, Unix sockets among them, for servers that are not
 * trusted: one request for each connection, strict, bounded in bytes and in the time of the whole
 * exchange. It follows nothing and repeats nothing. Safe for use by any thread.
 */
public final class HttpClient {

  private static final int HEAD_BYTES = 16 << 10;
  private static final int PIECE = 16 << 10;

  private final SocketAddress server;
  private final String host;
  private final int bodyBytes;
  private final Duration time;

  /**
   * A client of one server.
   *
   * @param server resolved address
   * @param host what the header field {@code Host} says
   * @param bodyBytes most bytes of an answer's body
   * @param time longest time of an exchange, from the connection to the last byte
   */
  public HttpClient(SocketAddress server, String host, int bodyBytes, Duration time) {
    if (bodyBytes < 0 || !time.isPositive()) {
      throw new IllegalArgumentException("limits of an HTTP client out of range");
    }
    this.server = server;
    this.host = host;
    this.bodyBytes = bodyBytes;
    this.time = time;
  }

  /**
   * Asks and takes the whole answer.
   *
   * @param fields further header fields
   * @param body empty for methods that have none
   * @throws IOException where nobody answers, not in time, or the answer ends early
   * @throws CloisterException with {@link RpcError#HTTP_MALFORMED} or {@link
   *     RpcError#HTTP_TOO_LARGE} where it is no answer of the strict kind
   */
  public HttpReply ask(String method, String target, Map<String, String> fields, Bytes body)
      throws IOException {
    try (TimedChannel channel = TimedChannel.connect(server, time)) {
      byte[] head = head(method, target, fields, body).getBytes(StandardCharsets.US_ASCII);
      channel.write(head, 0, head.length);
      byte[] content = body.toArray();
      channel.write(content, 0, content.length);
      return answer(new BufferedInputStream(channel, PIECE));
    }
  }

  private String head(String method, String target, Map<String, String> fields, Bytes body) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\n");
    fields.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (method.equals("POST") || method.equals("PUT")) {
      head.append("Content-Length: ").append(body.size()).append("\r\n");
    }
    return head.append("Connection: close\r\n\r\n").toString();
  }

  private HttpReply answer(InputStream in) throws IOException {
    String[] lines = HttpHead.lines(in, HEAD_BYTES);
    int status = status(lines[0]);
    Map<String, String> fields = HttpHead.fields(lines);
    if (fields.containsKey("transfer-encoding") || fields.containsKey("content-encoding")) {
      throw malformed("the answer's body is not plain");
    }
    String length = fields.get("content-length");
    if (length == null || !length.matches("[0-9]{1,12}")) {
      throw malformed("the answer does not say its length");
    }
    if (Long.parseLong(length) > bodyBytes) {
      throw new CloisterException(
          RpcError.HTTP_TOO_LARGE, "answer", length + " bytes where " + bodyBytes + " are taken");
    }
    int size = Integer.parseInt(length);
    byte[] content = in.readNBytes(size);
    if (content.length != size) {
      throw new EOFException("the answer ends early");
    }
    return new HttpReply(status, fields, Bytes.of(content));
  }

  /** RFC 9112, section 4; the reason phrase may be empty. */
  private static int status(String line) {
    if (!line.matches("HTTP/1\\.1 [2-5][0-9]{2} [ -~]*")) {
      throw malformed("the answer's first line");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private static CloisterException malformed(String detail) {
    return new CloisterException(RpcError.HTTP_MALFORMED, "answer", detail);
  }
}
