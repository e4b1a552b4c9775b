package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;

/**
 * The request of ttrpc: {@code Request{service=1, method=2, payload=3, timeout_nano=4,
 * metadata=5}}.
 *
 * @param service full name of the service
 * @param method name of the method
 * @param reader reads the payload
 * @param timeoutNanos how long the caller waits, in nanoseconds; 0 where it does not say
 * @param metadata names and values beside the message; containerd sends its namespace there
 */
public record RpcRequest(
    String service, String method, ProtoReader reader, long timeoutNanos, List<Metadata> metadata) {

  /** Copies the list. */
  public RpcRequest {
    metadata = List.copyOf(metadata);
  }

  /** One name and its value. */
  public record Metadata(String key, String value) implements ProtoMessage {
    static Metadata read(ProtoReader in) {
      String key = "";
      String value = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> key = in.string();
          case 2 -> value = in.string();
          default -> throw in.unknown();
        }
      }
      return new Metadata(key, value);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, key);
      out.string(2, value);
    }
  }

  static RpcRequest read(byte[] frame, int maxParts) {
    ProtoReader in = ProtoReader.of(frame, "Request", maxParts);
    String service = "";
    String method = "";
    ProtoReader payload = ProtoReader.of(new byte[0], "payload", maxParts);
    long timeoutNanos = 0;
    List<Metadata> metadata = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> service = in.string();
        case 2 -> method = in.string();
        case 3 -> payload = in.message("payload");
        case 4 -> timeoutNanos = in.int64();
        case 5 -> metadata.add(Metadata.read(in.many().message()));
        default -> throw in.unknown();
      }
    }
    return new RpcRequest(service, method, payload.named(method), timeoutNanos, metadata);
  }

  static ProtoWriter write(String service, String method, ProtoMessage payload, long timeoutNanos) {
    ProtoWriter out = new ProtoWriter();
    out.string(1, service);
    out.string(2, method);
    out.message(3, payload);
    out.int64(4, timeoutNanos);
    return out;
  }

  /** The refusal of a method that the service does not have. */
  public CloisterException unknownMethod() {
    return new CloisterException(RpcError.UNKNOWN_METHOD, service, "no method " + method);
  }
}
