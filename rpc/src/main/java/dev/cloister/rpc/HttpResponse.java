package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer.
 *
 * @param status for example 200
 * @param fields header fields beyond those that the server writes itself (length, connection)
 * @param length bytes of the body
 * @param body where the body comes from
 */
public record HttpResponse(int status, Map<String, String> fields, long length, Body body) {

  private static final String TYPE = "Content-Type";

  public HttpResponse {
    fields = Map.copyOf(fields);
  }

  /** Opens the body of an answer; it is closed when it has been sent. */
  @FunctionalInterface
  public interface Body {
    /** The stream, which gives at least as many bytes as the answer says. */
    InputStream open() throws IOException;
  }

  /** An answer of these bytes. */
  public static HttpResponse of(int status, String type, Bytes content) {
    return new HttpResponse(
        status,
        Map.of(TYPE, type),
        content.size(),
        () -> new ByteArrayInputStream(content.toArray()));
  }

  /** An answer of a JSON document, in canonical form and with a line end. */
  public static HttpResponse json(int status, Json.Obj json) {
    return of(status, "application/json", Bytes.ofUtf8(JsonWriter.canonical(json) + "\n"));
  }

  /** An answer without a body. */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Map.of(), 0, InputStream::nullInputStream);
  }

  /** The same with one more header field. */
  public HttpResponse with(String name, String value) {
    Map<String, String> more = new TreeMap<>(fields);
    more.put(name, value);
    return new HttpResponse(status, more, length, body);
  }

  /** What is refused, as a JSON document with its code. */
  public static HttpResponse refusal(CloisterException refusal) {
    return refusal(status(refusal), refusal);
  }

  /** The same under a status that says more than the code's own. */
  public static HttpResponse refusal(int status, CloisterException refusal) {
    return json(
        status,
        Json.object()
            .put("code", refusal.code().code())
            .put("where", refusal.where())
            .put("detail", refusal.detail())
            .put("remedy", refusal.code().remedy())
            .build());
  }

  private static int status(CloisterException refusal) {
    if (refusal.code() == RpcError.HTTP_TOO_LARGE) {
      return 413;
    }
    boolean malformed =
        !(refusal.code() instanceof RpcStatus.WithStatus)
            && refusal.code().kind() == ErrorCode.Kind.REFUSED;
    return switch (malformed ? RpcStatus.INVALID_ARGUMENT : RpcStatus.of(refusal.code())) {
      case OK, UNKNOWN, INTERNAL -> 500;
      case INVALID_ARGUMENT -> 400;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, FAILED_PRECONDITION -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE, DEADLINE_EXCEEDED -> 503;
    };
  }
}
