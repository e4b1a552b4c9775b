package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads fields in the protobuf encoding (Protocol Buffers, "Encoding"), strictly: wire types other
 * than those of the field, fields given twice, overlong varints, texts that are not UTF-8 or hold
 * NUL, and numbers outside their type are refused. Field numbers go up to 63.
 *
 * <pre>{@code
 * while (in.next()) {
 *   switch (in.field()) {
 *     case 1 -> name = in.string();
 *     case 2 -> parts.add(in.many().string());
 *     default -> throw in.unknown();
 *   }
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class ProtoReader {

  static final int VARINT = 0;
  static final int CHUNK = 2;
  private static final int HIGHEST_FIELD = 63;

  private final byte[] source;
  private final int end;
  private final String name;
  private final Budget budget;
  private int at;
  private int field;
  private int wireType;
  private boolean repeats;
  private long seen;

  private ProtoReader(byte[] source, int from, int to, String name, Budget budget) {
    this.source = source;
    this.at = from;
    this.end = to;
    this.name = name;
    this.budget = budget;
  }

  /**
   * Reads {@code message}.
   *
   * @param name what the message is called in refusals
   * @param maxParts elements of repeated fields, in the whole message with all inside it
   */
  public static ProtoReader of(byte[] message, String name, int maxParts) {
    return new ProtoReader(message, 0, message.length, name, new Budget(maxParts));
  }

  /** Goes on to the next field; false at the end of the message. */
  public boolean next() {
    if (at == end) {
      return false;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long number = tag >>> 3;
    if (number < 1) {
      throw refusal(RpcError.MALFORMED_MESSAGE, "a field has no number");
    }
    if (number > HIGHEST_FIELD) {
      throw refusal(RpcError.UNKNOWN_FIELD, "field " + number + " is not known here");
    }
    field = (int) number;
    repeats = false;
    return true;
  }

  /** The number of the field that {@link #next()} went to. */
  public int field() {
    return field;
  }

  /** Says that the field may occur again. */
  public ProtoReader many() {
    repeats = true;
    budget.take(this);
    return this;
  }

  /** The refusal of a field that the message does not have. */
  public CloisterException unknown() {
    return refusal(RpcError.UNKNOWN_FIELD, "this field is not known here");
  }

  /** A text. */
  public String string() {
    int length = chunk();
    String text = decode(length);
    at += length;
    return text;
  }

  /** Bytes. */
  public Bytes bytes() {
    int length = chunk();
    Bytes value = Bytes.of(source, at, length);
    at += length;
    return value;
  }

  /** A message inside this one; it must be read before this one goes on. */
  public ProtoReader message() {
    return message(name + "." + field);
  }

  ProtoReader message(String innerName) {
    int length = chunk();
    ProtoReader inner = new ProtoReader(source, at, at + length, innerName, budget);
    at += length;
    return inner;
  }

  /** The same bytes under another name in refusals. */
  ProtoReader named(String other) {
    return new ProtoReader(source, at, end, other, budget);
  }

  /** Packed numbers of a repeated field, each from 0 to 2^31-1. */
  public List<Integer> packed() {
    ProtoReader inner = message(name);
    List<Integer> values = new ArrayList<>();
    while (inner.at < inner.end) {
      budget.take(this);
      values.add(toUnsignedInt(inner.varint()));
    }
    return values;
  }

  /** A number from 0 to 2^63-1. */
  public long uint64() {
    long value = number();
    if (value < 0) {
      throw refusal(RpcError.MALFORMED_MESSAGE, "the number is larger than 63 bits");
    }
    return value;
  }

  /** A signed 64-bit number. */
  public long int64() {
    return number();
  }

  /** A number from 0 to 2^31-1. */
  public int uint32() {
    return toUnsignedInt(number());
  }

  /** A signed 32-bit number. */
  public int int32() {
    long value = number();
    if (value != (int) value) {
      throw refusal(RpcError.MALFORMED_MESSAGE, "the number is larger than 32 bits");
    }
    return (int) value;
  }

  /** A truth value. */
  public boolean bool() {
    long value = number();
    if (value != 0 && value != 1) {
      throw refusal(RpcError.MALFORMED_MESSAGE, "neither true nor false");
    }
    return value == 1;
  }

  private int toUnsignedInt(long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw refusal(RpcError.MALFORMED_MESSAGE, "the number is larger than 31 bits");
    }
    return (int) value;
  }

  private long number() {
    begin(VARINT);
    return varint();
  }

  /** Checks and skips the length; what it counts lies from {@code at}. */
  private int chunk() {
    begin(CHUNK);
    long length = varint();
    if (length < 0 || length > end - at) {
      throw refusal(RpcError.MALFORMED_MESSAGE, "a length goes beyond the message");
    }
    return (int) length;
  }

  private void begin(int wanted) {
    if (wireType != wanted) {
      throw refusal(RpcError.WRONG_WIRE_TYPE, "wire type " + wireType + " instead of " + wanted);
    }
    long bit = 1L << field;
    if (!repeats && (seen & bit) != 0) {
      throw refusal(RpcError.REPEATED_FIELD, "the field occurs twice");
    }
    seen |= bit;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw refusal(RpcError.MALFORMED_MESSAGE, "the message ends inside a number");
      }
      int b = source[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        boolean overlong = b == 0 && shift > 0;
        boolean overflows = shift == 63 && b > 1;
        if (overlong || overflows) {
          throw refusal(RpcError.MALFORMED_MESSAGE, "a number in a form that is not the shortest");
        }
        return value;
      }
    }
    throw refusal(RpcError.MALFORMED_MESSAGE, "a number longer than ten bytes");
  }

  private String decode(int length) {
    for (int i = at; i < at + length; i++) {
      if (source[i] == 0) {
        throw refusal(RpcError.MALFORMED_MESSAGE, "a text holds NUL");
      }
      if (source[i] < 0) {
        return decodeUtf8(length);
      }
    }
    return latin(length);
  }

  private String latin(int length) {
    return new String(source, at, length, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private String decodeUtf8(int length) {
    try {
      String text = Bytes.of(source, at, length).toUtf8();
      if (text.indexOf('\0') >= 0) {
        throw refusal(RpcError.MALFORMED_MESSAGE, "a text holds NUL");
      }
      return text;
    } catch (CloisterException e) {
      if (e.code() == EncodingError.NOT_UTF8) {
        throw refusal(RpcError.MALFORMED_MESSAGE, "a text is not UTF-8", e);
      }
      throw e;
    }
  }

  private CloisterException refusal(RpcError code, String detail) {
    return refusal(code, detail, null);
  }

  private CloisterException refusal(RpcError code, String detail, @Nullable Throwable cause) {
    String where = field == 0 ? name : name + "." + field;
    return new CloisterException(code, where, detail, cause);
  }

  /** How many elements of repeated fields may still come. */
  private static final class Budget {
    private int left;

    Budget(int left) {
      this.left = left;
    }

    void take(ProtoReader reader) {
      if (--left < 0) {
        throw reader.refusal(RpcError.BUDGET_EXCEEDED, "too many parts");
      }
    }
  }
}
