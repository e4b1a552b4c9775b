package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes fields in the protobuf encoding (Protocol Buffers, "Encoding"): texts, bytes, varints and
 * messages. A value that is the default of proto3 is left out, as protobuf does. Not thread-safe.
 */
public final class ProtoWriter {

  private byte[] buffer = new byte[128];
  private int size;

  /** Starts with no bytes. */
  public ProtoWriter() {}

  /** A text. */
  public void string(int field, String value) {
    if (!value.isEmpty()) {
      chunk(field, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Bytes. */
  public void bytes(int field, Bytes value) {
    if (!value.isEmpty()) {
      chunk(field, value.toArray());
    }
  }

  /** An unsigned 64-bit number; Cloister uses 63 bits. */
  public void uint64(int field, long value) {
    if (value != 0) {
      tag(field, ProtoReader.VARINT);
      varint(value);
    }
  }

  /** A signed 64-bit number. */
  public void int64(int field, long value) {
    uint64(field, value);
  }

  /** An unsigned 32-bit number; Cloister uses 31 bits. */
  public void uint32(int field, int value) {
    uint64(field, value);
  }

  /** A signed 32-bit number; negative ones take ten bytes, as protobuf has it. */
  public void int32(int field, int value) {
    uint64(field, value);
  }

  /** A truth value. */
  public void bool(int field, boolean value) {
    uint64(field, value ? 1 : 0);
  }

  /** Texts of a repeated field. */
  public void strings(int field, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      chunk(field, values.get(i).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Byte strings of a repeated field; empty ones are written too. */
  public void bytes(int field, List<Bytes> values) {
    for (int i = 0; i < values.size(); i++) {
      chunk(field, values.get(i).toArray());
    }
  }

  /** Numbers of a repeated field, packed. */
  public void packed(int field, List<Integer> values) {
    if (!values.isEmpty()) {
      ProtoWriter inner = new ProtoWriter();
      for (int i = 0; i < values.size(); i++) {
        inner.varint(values.get(i));
      }
      nested(field, inner);
    }
  }

  /** A message; written also when it has no fields. */
  public void message(int field, ProtoMessage value) {
    ProtoWriter inner = new ProtoWriter();
    value.writeTo(inner);
    nested(field, inner);
  }

  /** Messages of a repeated field. */
  public void messages(int field, List<? extends ProtoMessage> values) {
    for (int i = 0; i < values.size(); i++) {
      message(field, values.get(i));
    }
  }

  /** Number of bytes written so far. */
  public int size() {
    return size;
  }

  /** A copy of what has been written. */
  public byte[] toArray() {
    return Arrays.copyOf(buffer, size);
  }

  /** Copies what has been written into {@code target} from {@code at}. */
  void copyTo(byte[] target, int at) {
    System.arraycopy(buffer, 0, target, at, size);
  }

  private void nested(int field, ProtoWriter inner) {
    tag(field, ProtoReader.CHUNK);
    varint(inner.size);
    raw(inner.buffer, inner.size);
  }

  private void chunk(int field, byte[] value) {
    tag(field, ProtoReader.CHUNK);
    varint(value.length);
    raw(value, value.length);
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[size++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  private void raw(byte[] source, int length) {
    room(length);
    System.arraycopy(source, 0, buffer, size, length);
    size += length;
  }

  private void room(int more) {
    int needed = Math.addExact(size, more);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(needed, Math.min(2 * size, size + (1 << 20))));
    }
  }
}
