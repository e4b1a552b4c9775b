package dev.cloister.encoding;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Reads strict DER (ITU-T X.690) element by element. Refused: indefinite and non-minimal lengths,
 * tags above 30, non-minimal integers, truth values other than 00 and FF, times without seconds or
 * zone Z, and whatever is left when {@link #end()} is called. Nothing recurses and nothing is
 * allocated by a length field before that length is known to be inside the input. One use, one
 * thread.
 *
 * <p>Every failure is a {@link CloisterException} with {@link EncodingError#DER_MALFORMED}, whose
 * place is the name given at the start and the byte offset.
 */
public final class DerReader {

  /** Tags of the elements that are read here (X.690 section 8). */
  public static final int BOOLEAN = 0x01;

  /** INTEGER. */
  public static final int INTEGER = 0x02;

  /** BIT STRING. */
  public static final int BIT_STRING = 0x03;

  /** OCTET STRING. */
  public static final int OCTET_STRING = 0x04;

  /** NULL. */
  public static final int NULL = 0x05;

  /** OBJECT IDENTIFIER. */
  public static final int OID = 0x06;

  /** UTF8String. */
  public static final int UTF8_STRING = 0x0c;

  /** PrintableString. */
  public static final int PRINTABLE_STRING = 0x13;

  /** IA5String. */
  public static final int IA5_STRING = 0x16;

  /** UTCTime. */
  public static final int UTC_TIME = 0x17;

  /** GeneralizedTime. */
  public static final int GENERALIZED_TIME = 0x18;

  /** SEQUENCE. */
  public static final int SEQUENCE = 0x30;

  /** SET. */
  public static final int SET = 0x31;

  /** The context-specific constructed tag of this number. */
  public static int context(int number) {
    return 0xa0 | number;
  }

  private final Bytes input;
  private final String name;
  private final int limit;
  private int at;

  private DerReader(Bytes input, String name, int from, int limit) {
    this.input = input;
    this.name = name;
    this.at = from;
    this.limit = limit;
  }

  /**
   * Starts reading.
   *
   * @param name what is read, for errors
   * @param maxBytes the largest input allowed
   * @throws CloisterException with {@link EncodingError#BUDGET_EXCEEDED} where the input is larger
   */
  public static DerReader of(Bytes input, String name, int maxBytes) {
    if (input.size() > maxBytes) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED,
          name,
          input.size() + " bytes where " + maxBytes + " are allowed");
    }
    return new DerReader(input, name, 0, input.size());
  }

  /** Whether another element follows. */
  public boolean hasMore() {
    return at < limit;
  }

  /** Whether another element follows and has this tag. */
  public boolean nextIs(int tag) {
    return hasMore() && input.at(at) == tag;
  }

  /** Refuses anything that is left. */
  public void end() {
    if (hasMore()) {
      throw malformed("bytes after the last element");
    }
  }

  /** The elements inside the next element, which must have this constructed tag. */
  public DerReader enter(int tag) {
    int[] content = next(tag);
    return new DerReader(input, name, content[0], content[1]);
  }

  /** The whole next element, tag and length included. */
  public Bytes element() {
    int start = at;
    if (!hasMore()) {
      throw malformed("an element is missing");
    }
    next(input.at(at));
    return input.slice(start, at);
  }

  /** The content of the next element, which must have this tag. */
  public Bytes content(int tag) {
    int[] content = next(tag);
    return input.slice(content[0], content[1]);
  }

  /** A truth value. */
  public boolean bool() {
    Bytes value = content(BOOLEAN);
    if (value.size() != 1 || (value.at(0) != 0 && value.at(0) != 0xff)) {
      throw malformed("a truth value is neither 00 nor FF");
    }
    return value.at(0) == 0xff;
  }

  /** A whole number of any size. */
  public BigInteger integer() {
    Bytes value = content(INTEGER);
    boolean padded =
        value.size() > 1
            && ((value.at(0) == 0 && value.at(1) < 0x80)
                || (value.at(0) == 0xff && value.at(1) >= 0x80));
    if (value.isEmpty() || padded) {
      throw malformed("an integer is not in its shortest form");
    }
    return new BigInteger(value.toArray());
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(int min, int max) {
    BigInteger value = integer();
    if (value.compareTo(BigInteger.valueOf(min)) < 0
        || value.compareTo(BigInteger.valueOf(max)) > 0) {
      throw malformed("an integer is not from " + min + " to " + max);
    }
    return value.intValue();
  }

  /** An object identifier in dotted form. */
  public String oid() {
    Bytes value = content(OID);
    if (value.isEmpty() || value.at(value.size() - 1) >= 0x80 || value.size() > 32) {
      throw malformed("bad object identifier");
    }
    StringBuilder dotted = new StringBuilder();
    long arc = 0;
    boolean first = true;
    for (int i = 0; i < value.size(); i++) {
      if ((arc == 0 && value.at(i) == 0x80) || arc >= 1L << 48) {
        throw malformed("bad object identifier");
      }
      arc = (arc << 7) | (value.at(i) & 0x7f);
      if (value.at(i) < 0x80) {
        if (first) {
          long top = Math.min(arc / 40, 2);
          dotted.append(top).append('.').append(arc - 40 * top);
          first = false;
        } else {
          dotted.append('.').append(arc);
        }
        arc = 0;
      }
    }
    return dotted.toString();
  }

  /** The bytes of an octet string. */
  public Bytes octets() {
    return content(OCTET_STRING);
  }

  /** The bytes of a bit string without unused bits. */
  public Bytes bits() {
    Bytes value = content(BIT_STRING);
    if (value.isEmpty() || value.at(0) != 0) {
      throw malformed("a bit string has unused bits");
    }
    return value.slice(1, value.size());
  }

  /** A text: UTF8String, PrintableString or IA5String. */
  public String text() {
    if (!nextIs(UTF8_STRING) && !nextIs(PRINTABLE_STRING) && !nextIs(IA5_STRING)) {
      throw malformed("expected a text");
    }
    boolean utf8 = nextIs(UTF8_STRING);
    Bytes value = content(input.at(at));
    String text = value.toUtf8();
    if (!utf8 && !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      throw malformed("a text has letters that its type does not allow");
    }
    return text;
  }

  /** A time: UTCTime or GeneralizedTime, with seconds, in zone Z (RFC 5280 section 4.1.2.5). */
  public Instant time() {
    boolean utc = nextIs(UTC_TIME);
    String text = content(utc ? UTC_TIME : GENERALIZED_TIME).toUtf8();
    if (!text.matches(utc ? "[0-9]{12}Z" : "[0-9]{14}Z")) {
      throw malformed("a time is not in the form YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
    }
    int year = Integer.parseInt(text.substring(0, utc ? 2 : 4));
    int from = utc ? 2 : 4;
    if (utc) {
      year += year < 50 ? 2000 : 1900;
    }
    try {
      return LocalDateTime.of(
              year,
              two(text, from),
              two(text, from + 2),
              two(text, from + 4),
              two(text, from + 6),
              two(text, from + 8))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new CloisterException(EncodingError.DER_MALFORMED, place(), "no such time", e);
    }
  }

  /** The failure of a reader that expected something else here. */
  public CloisterException malformed(String detail) {
    return new CloisterException(EncodingError.DER_MALFORMED, place(), detail);
  }

  private static int two(String text, int from) {
    return Integer.parseInt(text.substring(from, from + 2));
  }

  /** Steps over the next element; its content is from [0] to [1]. */
  private int[] next(int tag) {
    if (at + 2 > limit) {
      throw malformed("an element is missing");
    }
    if (input.at(at) != tag || (tag & 0x1f) == 0x1f) {
      throw malformed("tag %02x where %02x belongs".formatted(input.at(at), tag));
    }
    int from = at + 2;
    long length = input.at(at + 1);
    if (length >= 0x80) {
      int octets = (int) length & 0x7f;
      if (octets < 1 || octets > 4 || from + octets > limit) {
        throw malformed("bad length");
      }
      length = 0;
      for (int i = 0; i < octets; i++) {
        length = length << 8 | input.at(from + i);
      }
      from += octets;
      if (length < 0x80 || (octets > 1 && length >>> (8 * (octets - 1)) == 0)) {
        throw malformed("a length is not in its shortest form");
      }
    }
    if (length > limit - from) {
      throw malformed("an element is longer than what holds it");
    }
    at = from + (int) length;
    return new int[] {from, at};
  }

  private String place() {
    return name + "@" + at;
  }
}
