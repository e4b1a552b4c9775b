package dev.cloister.encoding;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes DER (ITU-T X.690): each method gives one whole element, and constructed ones nest. */
public final class DerWriter {

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private DerWriter() {}

  /** An element of any tag below 31. */
  public static Bytes element(int tag, Bytes content) {
    int size = content.size();
    int octets = size < 0x80 ? 0 : (39 - Integer.numberOfLeadingZeros(size)) / 8;
    byte[] head = new byte[2 + octets];
    head[0] = (byte) tag;
    head[1] = (byte) (octets == 0 ? size : 0x80 | octets);
    for (int i = 0; i < octets; i++) {
      head[2 + i] = (byte) (size >>> (8 * (octets - 1 - i)));
    }
    return Bytes.concat(Bytes.of(head), content);
  }

  /** A SEQUENCE of the elements. */
  public static Bytes sequence(Bytes... elements) {
    return element(DerReader.SEQUENCE, Bytes.concat(elements));
  }

  /** A SET of one element. */
  public static Bytes set(Bytes only) {
    return element(DerReader.SET, only);
  }

  /** A context-specific constructed element. */
  public static Bytes context(int number, Bytes... elements) {
    return element(DerReader.context(number), Bytes.concat(elements));
  }

  /** An INTEGER. */
  public static Bytes integer(BigInteger value) {
    return element(DerReader.INTEGER, Bytes.of(value.toByteArray()));
  }

  /** An INTEGER. */
  public static Bytes integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  /** A BOOLEAN. */
  public static Bytes bool(boolean value) {
    return element(DerReader.BOOLEAN, Bytes.of(new byte[] {(byte) (value ? 0xff : 0)}));
  }

  /** NULL. */
  public static Bytes nothing() {
    return element(DerReader.NULL, Bytes.EMPTY);
  }

  /** An OBJECT IDENTIFIER from its dotted form. */
  public static Bytes oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    Bytes content = arc(40 * Long.parseLong(arcs[0]) + Long.parseLong(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      content = Bytes.concat(content, arc(Long.parseLong(arcs[i])));
    }
    return element(DerReader.OID, content);
  }

  /** An OCTET STRING. */
  public static Bytes octets(Bytes value) {
    return element(DerReader.OCTET_STRING, value);
  }

  /** A BIT STRING of whole bytes. */
  public static Bytes bits(Bytes value) {
    return element(DerReader.BIT_STRING, Bytes.concat(Bytes.zeros(1), value));
  }

  /** A UTF8String. */
  public static Bytes utf8(String text) {
    return element(DerReader.UTF8_STRING, Bytes.ofUtf8(text));
  }

  /** A PrintableString. */
  public static Bytes printable(String text) {
    return element(DerReader.PRINTABLE_STRING, Bytes.ofUtf8(text));
  }

  /** An IA5String. */
  public static Bytes ia5(String text) {
    return element(DerReader.IA5_STRING, Bytes.ofUtf8(text));
  }

  /** A time to the second, as UTCTime up to 2049 and GeneralizedTime later (RFC 5280 4.1.2.5). */
  public static Bytes time(Instant time) {
    return time.atOffset(ZoneOffset.UTC).getYear() < 2050
        ? element(DerReader.UTC_TIME, Bytes.ofUtf8(UTC.format(time)))
        : element(DerReader.GENERALIZED_TIME, Bytes.ofUtf8(GENERALIZED.format(time)));
  }

  private static Bytes arc(long value) {
    int octets = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    byte[] out = new byte[octets];
    for (int i = 0; i < octets; i++) {
      int septet = (int) (value >>> (7 * (octets - 1 - i))) & 0x7f;
      out[i] = (byte) (i < octets - 1 ? 0x80 | septet : septet);
    }
    return Bytes.of(out);
  }
}
