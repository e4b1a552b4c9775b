package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;

/**
 * The response of ttrpc: {@code Response{status=1 Status{code=1, message=2, details=3},
 * payload=2}}.
 */
final class RpcResponse {

  private static final int MAX_MESSAGE = 4096;

  private RpcResponse() {}

  /** The message that came back; throws what the other end refused with. */
  static ProtoReader read(byte[] frame, String method, int maxParts) {
    ProtoReader in = ProtoReader.of(frame, "Response", maxParts);
    int code = 0;
    String message = "";
    ProtoReader payload = ProtoReader.of(new byte[0], method, maxParts);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          ProtoReader status = in.message();
          while (status.next()) {
            switch (status.field()) {
              case 1 -> code = status.int32();
              case 2 -> message = status.string();
              case 3 -> status.many().bytes();
              default -> throw status.unknown();
            }
          }
        }
        case 2 -> payload = in.message(method);
        default -> throw in.unknown();
      }
    }
    if (code != 0) {
      throw PeerRefusal.of(code, message);
    }
    return payload;
  }

  static ProtoWriter success(ProtoMessage payload) {
    ProtoWriter out = new ProtoWriter();
    out.message(2, payload);
    return out;
  }

  /** A refusal: number and text, which begins with the code. */
  static ProtoWriter refusal(CloisterException refusal) {
    ProtoWriter out = new ProtoWriter();
    out.message(1, new Status(RpcStatus.of(refusal.code()).number(), text(refusal)));
    return out;
  }

  private static String text(CloisterException refusal) {
    String text = String.valueOf(refusal.getMessage()).replace('\0', ' ');
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE);
  }

  private record Status(int code, String message) implements ProtoMessage {
    @Override
    public void writeTo(ProtoWriter out) {
      out.int32(1, code);
      out.string(2, message);
    }
  }
}
