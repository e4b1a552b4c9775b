package dev.cloister.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An immutable string of bytes. Arrays are copied on the way in and on the way out. Equality
 * compares all bytes; it is not constant-time, so secrets use {@link Secret}.
 */
public final class Bytes {

  /** No bytes at all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] value;

  private Bytes(byte[] owned) {
    this.value = owned;
  }

  /** A copy of the whole array. */
  public static Bytes of(byte[] source) {
    return new Bytes(source.clone());
  }

  /**
   * A copy of {@code length} bytes from {@code offset}.
   *
   * @throws IndexOutOfBoundsException where the range is not inside the array
   */
  public static Bytes of(byte[] source, int offset, int length) {
    return new Bytes(Arrays.copyOfRange(source, offset, Math.addExact(offset, length)));
  }

  /** The UTF-8 form of the text. */
  public static Bytes ofUtf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code length} zero bytes. */
  public static Bytes zeros(int length) {
    return new Bytes(new byte[length]);
  }

  /**
   * The bytes that the hexadecimal text (either case, no separators) spells.
   *
   * @throws CloisterException with {@link EncodingError#BAD_TEXT_ENCODING}
   */
  public static Bytes ofHex(String hex) {
    try {
      return new Bytes(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw new CloisterException(EncodingError.BAD_TEXT_ENCODING, "", "not a hexadecimal text", e);
    }
  }

  /**
   * The bytes that the base64 text (RFC 4648 section 4, padded, no line breaks) spells.
   *
   * @throws CloisterException with {@link EncodingError#BAD_TEXT_ENCODING}
   */
  public static Bytes ofBase64(String text) {
    try {
      return new Bytes(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      throw new CloisterException(EncodingError.BAD_TEXT_ENCODING, "", "not a base64 text", e);
    }
  }

  /** All parts, one after the other. */
  public static Bytes concat(Bytes... parts) {
    int length = 0;
    for (Bytes part : parts) {
      length = Math.addExact(length, part.value.length);
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (Bytes part : parts) {
      System.arraycopy(part.value, 0, joined, at, part.value.length);
      at += part.value.length;
    }
    return new Bytes(joined);
  }

  /** Number of bytes. */
  public int size() {
    return value.length;
  }

  /** Whether there is no byte. */
  public boolean isEmpty() {
    return value.length == 0;
  }

  /** Whether every byte is zero (true for no bytes). */
  public boolean isAllZero() {
    int seen = 0;
    for (byte b : value) {
      seen |= b;
    }
    return seen == 0;
  }

  /** The byte at {@code index} as 0 to 255. */
  public int at(int index) {
    return value[index] & 0xff;
  }

  /** The unsigned 16-bit little-endian value at {@code index}. */
  public int u16le(int index) {
    return little().getShort(index) & 0xffff;
  }

  /** The unsigned 32-bit little-endian value at {@code index}. */
  public long u32le(int index) {
    return little().getInt(index) & 0xffff_ffffL;
  }

  /** The 64-bit little-endian value at {@code index} (the caller treats the sign). */
  public long u64le(int index) {
    return little().getLong(index);
  }

  private ByteBuffer little() {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  public Bytes slice(int from, int to) {
    if (from < 0 || from > to || to > value.length) {
      throw new IndexOutOfBoundsException(from + ".." + to + " of " + value.length);
    }
    return new Bytes(Arrays.copyOfRange(value, from, to));
  }

  /** The same bytes in reverse order. */
  public Bytes reversed() {
    byte[] turned = new byte[value.length];
    for (int i = 0; i < value.length; i++) {
      turned[i] = value[value.length - 1 - i];
    }
    return new Bytes(turned);
  }

  /** A copy as an array. */
  public byte[] toArray() {
    return value.clone();
  }

  /** A read-only view, without copying. */
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(value).asReadOnlyBuffer();
  }

  /** Lower-case hexadecimal text. */
  public String toHex() {
    return HexFormat.of().formatHex(value);
  }

  /** Base64 text (RFC 4648 section 4, padded). */
  public String toBase64() {
    return Base64.getEncoder().encodeToString(value);
  }

  /**
   * The text that these bytes spell in UTF-8.
   *
   * @throws CloisterException with {@link EncodingError#NOT_UTF8}
   */
  public String toUtf8() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new CloisterException(EncodingError.NOT_UTF8, "", "invalid UTF-8", e);
    }
  }

  /** SHA-256 of these bytes. */
  public Bytes sha256() {
    return digest("SHA-256");
  }

  /** SHA-384 of these bytes. */
  public Bytes sha384() {
    return digest("SHA-384");
  }

  /** SHA-512 of these bytes. */
  public Bytes sha512() {
    return digest("SHA-512");
  }

  private Bytes digest(String algorithm) {
    try {
      return new Bytes(MessageDigest.getInstance(algorithm).digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Lower-case hexadecimal text, cut after 32 bytes. */
  @Override
  public String toString() {
    return value.length <= 32
        ? toHex()
        : HexFormat.of().formatHex(value, 0, 32) + "… (" + value.length + " bytes)";
  }
}
