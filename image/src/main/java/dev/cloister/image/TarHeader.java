package dev.cloister.image;

import dev.cloister.encoding.CloisterException;

/**
 * One header record of 512 bytes (POSIX.1-2024 pax, "ustar Interchange Format").
 *
 * @param typeFlag the member's kind as its byte says
 * @param name path as a byte string, prefix included
 * @param linkName target of a link as a byte string
 */
record TarHeader(
    char typeFlag,
    String name,
    String linkName,
    int mode,
    long uid,
    long gid,
    long size,
    long mtime) {

  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;

  /** Reads the record, which is not all zeros. */
  static TarHeader read(byte[] record, String where) {
    Field field = new Field(record, where);
    field.check();
    char type = (char) (record[156] & 0xff);
    String name = field.text(0, 100);
    boolean posix = field.text(257, 6).equals("ustar") && record[263] == '0';
    String prefix = posix ? field.text(345, 155) : "";
    return new TarHeader(
        type == 0 ? '0' : type,
        prefix.isEmpty() ? name : prefix + "/" + name,
        field.text(157, 100),
        (int) (field.number(100, 8) & 07777),
        field.number(108, 8),
        field.number(116, 8),
        field.size(124, 12),
        field.number(136, 12));
  }

  /** Whether it describes the member that follows, or the whole archive. */
  boolean isExtension() {
    return typeFlag == 'x' || typeFlag == 'g' || typeFlag == 'L' || typeFlag == 'K';
  }

  /** Reads the fields of one record. */
  private static final class Field {

    private final byte[] bytes;
    private final String where;

    Field(byte[] bytes, String where) {
      this.bytes = bytes;
      this.where = where;
    }

    /** The sum of all bytes with the checksum's own as blanks; old writers added signed bytes. */
    void check() {
      long unsigned = 0;
      long signed = 0;
      for (int i = 0; i < bytes.length; i++) {
        boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
        byte b = own ? (byte) ' ' : bytes[i];
        unsigned += b & 0xff;
        signed += b;
      }
      long written = number(CHECKSUM_AT, CHECKSUM_LENGTH);
      if (written != unsigned && written != signed) {
        throw bad("a header's checksum is wrong");
      }
    }

    String text(int at, int length) {
      int end = at;
      while (end < at + length && bytes[end] != 0) {
        end++;
      }
      return ByteName.ofBytes(bytes, at, end - at);
    }

    long size(int at, int length) {
      long size = number(at, length);
      if (size < 0) {
        throw bad("a negative size");
      }
      return size;
    }

    /** Octal digits, or where the first bit is set a big-endian number in two's complement. */
    long number(int at, int length) {
      return (bytes[at] & 0x80) != 0 ? binary(at, length) : octal(at, length);
    }

    private long binary(int at, int length) {
      boolean negative = (bytes[at] & 0x40) != 0;
      long value = negative ? -1 : 0;
      for (int i = at; i < at + length; i++) {
        int b = bytes[i] & 0xff;
        if (i == at) {
          b = negative ? b | 0x80 : b & 0x7f;
        }
        if (value != (value << 8) >> 8) {
          throw bad("a number beyond 64 bits");
        }
        value = value << 8 | b;
      }
      return value;
    }

    private long octal(int at, int length) {
      long value = 0;
      boolean digits = false;
      for (int i = at; i < at + length; i++) {
        char c = (char) (bytes[i] & 0xff);
        if (c == 0 || c == ' ') {
          if (digits) {
            break;
          }
          continue;
        }
        if (c < '0' || c > '7') {
          throw bad("a number that is not octal");
        }
        digits = true;
        value = value << 3 | (c - '0');
      }
      return value;
    }

    private CloisterException bad(String detail) {
      return new CloisterException(ImageError.BAD_LAYER, where, detail);
    }
  }
}
