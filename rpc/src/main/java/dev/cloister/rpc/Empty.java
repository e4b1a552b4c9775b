package dev.cloister.rpc;

/** A message without fields: every empty request and response of the proto files. */
public record Empty() implements ProtoMessage {

  /** The one value. */
  public static final Empty INSTANCE = new Empty();

  /** Reads one; refuses any field. */
  public static Empty read(ProtoReader in) {
    if (in.next()) {
      throw in.unknown();
    }
    return INSTANCE;
  }

  @Override
  public void writeTo(ProtoWriter out) {}
}
