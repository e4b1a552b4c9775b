package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a common {@code ar} archive (ar(5)) member by member from a stream: a global magic, then
 * per member a header of 60 ASCII bytes and its content, padded to an even length.
 */
final class ArReader {

  private static final byte[] MAGIC = "!<arch>\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_SIZE = 60;

  private final InputStream in;
  private final String where;
  private long left;
  private boolean padded;

  ArReader(InputStream in, String where) throws IOException {
    this.in = in;
    this.where = where;
    if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
      throw malformed("no ar magic at the start");
    }
  }

  /** Goes on to the next member, which must exist. */
  Member next() throws IOException {
    in.skipNBytes(left + (padded ? 1 : 0));
    byte[] header = in.readNBytes(HEADER_SIZE);
    if (header.length != HEADER_SIZE || header[58] != '`' || header[59] != '\n') {
      throw malformed("no member header where one belongs");
    }
    String text = new String(header, StandardCharsets.ISO_8859_1);
    String size = text.substring(48, 58).strip();
    if (!size.matches("[0-9]{1,10}")) {
      throw malformed("size '" + size + "'");
    }
    left = Long.parseLong(size);
    padded = left % 2 == 1;
    return new Member(text.substring(0, 16).strip().replaceFirst("/$", ""), left);
  }

  /** The rest of the current member's content. */
  InputStream content() {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int n = in.read(target, offset, (int) Math.min(length, left));
        if (n < 0) {
          throw malformed("ends inside a member");
        }
        left -= n;
        return n;
      }

      @Override
      public void close() {
        // The archive stays open for the next member.
      }
    };
  }

  private CloisterException malformed(String detail) {
    return new CloisterException(GuestError.ARCHIVE_MALFORMED, where, detail);
  }

  /**
   * A member's header.
   *
   * @param name its name
   * @param size its content in bytes
   */
  record Member(String name, long size) {}
}
