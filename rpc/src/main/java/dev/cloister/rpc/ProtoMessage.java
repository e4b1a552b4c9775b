package dev.cloister.rpc;

/** A message that can write itself in the protobuf encoding. */
public interface ProtoMessage {

  /** Writes the fields that differ from their default, in the order of their numbers. */
  void writeTo(ProtoWriter out);
}
