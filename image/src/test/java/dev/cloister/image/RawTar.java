package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Tar archives member by member, sound or not. */
final class RawTar {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int mode = 0644;
  private long uid;
  private long mtime = 1_700_000_000L;

  RawTar as(int newMode, long newUid, long newMtime) {
    mode = newMode;
    uid = newUid;
    mtime = newMtime;
    return this;
  }

  RawTar file(String name, String content) {
    return member(name, '0', "", content.getBytes(StandardCharsets.UTF_8));
  }

  RawTar directory(String name) {
    int before = mode;
    mode |= 0111;
    member(name + "/", '5', "", new byte[0]);
    mode = before;
    return this;
  }

  RawTar symlink(String name, String target) {
    return member(name, '2', target, new byte[0]);
  }

  RawTar hardLink(String name, String target) {
    return member(name, '1', target, new byte[0]);
  }

  RawTar pax(String... keysAndValues) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String rest = " " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n";
      int length = rest.getBytes(StandardCharsets.UTF_8).length + 1;
      while ((length + "").length() + rest.getBytes(StandardCharsets.UTF_8).length != length) {
        length++;
      }
      records.append(length).append(rest);
    }
    return member("pax", 'x', "", records.toString().getBytes(StandardCharsets.UTF_8));
  }

  RawTar gnuLongName(String name) {
    return member("././@LongLink", 'L', "", (name + "\0").getBytes(StandardCharsets.UTF_8));
  }

  RawTar member(String name, char type, String linkName, byte[] content) {
    header(name, type, linkName, content.length);
    out.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
    return this;
  }

  RawTar header(String name, char type, String linkName, long size) {
    byte[] header = new byte[512];
    text(header, 0, 100, name);
    text(header, 100, 8, String.format("%07o", mode));
    text(header, 108, 8, String.format("%07o", uid));
    text(header, 116, 8, String.format("%07o", uid));
    text(header, 124, 12, String.format("%011o", size));
    text(header, 136, 12, String.format("%011o", mtime));
    header[156] = (byte) type;
    text(header, 157, 100, linkName);
    text(header, 257, 8, "ustar\00000");
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    text(header, 148, 8, String.format("%06o\0 ", sum));
    out.writeBytes(header);
    return this;
  }

  RawTar raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** The archive without an end. */
  Bytes unfinished() {
    return Bytes.of(out.toByteArray());
  }

  /** The archive with its end. */
  Bytes bytes() {
    return Bytes.concat(unfinished(), Bytes.zeros(1024));
  }

  private static void text(byte[] header, int at, int length, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, at, Math.min(length, bytes.length));
  }
}
