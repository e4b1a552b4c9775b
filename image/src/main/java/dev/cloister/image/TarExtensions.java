package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What extension headers say of the next member: PAX records, and GNU's long names. Global PAX
 * headers are skipped, as container engines do.
 */
final class TarExtensions {

  private static final String XATTR = "SCHILY.xattr.";
  private static final int MAX_XATTRS = 128;

  private final String where;
  private final SortedMap<String, Bytes> xattrs = new TreeMap<>();
  private @Nullable String name;
  private @Nullable String linkName;
  private @Nullable Long uid;
  private @Nullable Long gid;
  private @Nullable Long size;
  private @Nullable Long mtime;
  private int mtimeNanos;

  TarExtensions(String where) {
    this.where = where;
  }

  void add(char typeFlag, byte[] body) {
    switch (typeFlag) {
      case 'L' -> name = untilZero(body);
      case 'K' -> linkName = untilZero(body);
      case 'x' -> records(body);
      default -> {}
    }
  }

  private static String untilZero(byte[] body) {
    String text = ByteName.ofBytes(body, 0, body.length);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /** Each record is its length in decimal, a blank, the keyword, '=', the value, a line feed. */
  private void records(byte[] body) {
    int at = 0;
    while (at < body.length) {
      int blank = at;
      int length = 0;
      while (blank < body.length && body[blank] >= '0' && body[blank] <= '9' && blank - at < 8) {
        length = length * 10 + body[blank] - '0';
        blank++;
      }
      int end = at + length;
      if (blank == at || blank >= body.length || body[blank] != ' ' || end > body.length) {
        throw bad("a PAX record with a wrong length");
      }
      int equals = blank + 1;
      while (equals < end && body[equals] != '=') {
        equals++;
      }
      if (equals >= end || body[end - 1] != '\n') {
        throw bad("a PAX record without keyword or end");
      }
      String key = new String(body, blank + 1, equals - blank - 1, StandardCharsets.UTF_8);
      value(key, Bytes.of(body, equals + 1, end - equals - 2));
      at = end;
    }
  }

  private void value(String key, Bytes value) {
    if (value.isEmpty()) {
      // A record without a value deletes what an earlier one said (pax, "pax Extended Header").
      xattrs.remove(key.startsWith(XATTR) ? key.substring(XATTR.length()) : key);
      return;
    }
    switch (key) {
      case "path" -> name = ByteName.ofBytes(value.toArray(), 0, value.size());
      case "linkpath" -> linkName = ByteName.ofBytes(value.toArray(), 0, value.size());
      case "uid" -> uid = number(value);
      case "gid" -> gid = number(value);
      case "size" -> size = number(value);
      case "mtime" -> time(value);
      default -> other(key, value);
    }
  }

  private void other(String key, Bytes value) {
    if (key.startsWith("GNU.sparse.")) {
      throw new CloisterException(ImageError.LAYER_UNSUPPORTED, where, "a sparse file");
    }
    if (key.startsWith(XATTR)) {
      String attribute = key.substring(XATTR.length());
      // What overlayfs keeps for itself would change how the container's own overlay reads the
      // directory; what no image can hold, Linux would refuse to set as well.
      if (!attribute.startsWith("trusted.overlay.")
          && !attribute.startsWith("user.overlay.")
          && ErofsXattr.holds(attribute, value)) {
        xattrs.put(attribute, value);
      }
      if (xattrs.size() > MAX_XATTRS) {
        throw new CloisterException(
            ImageError.LIMIT,
            where,
            "more than " + MAX_XATTRS + " extended attributes on one file");
      }
    }
  }

  private long number(Bytes value) {
    try {
      long number = Long.parseLong(value.toUtf8());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CloisterException(
          ImageError.BAD_LAYER, where, "a PAX record that is not a number", e);
    }
    throw bad("a negative number in a PAX record");
  }

  /** Decimal seconds with a fraction, perhaps negative. */
  private void time(Bytes value) {
    try {
      java.math.BigDecimal seconds = new java.math.BigDecimal(bounded(value));
      java.math.BigDecimal whole = seconds.setScale(0, java.math.RoundingMode.FLOOR);
      mtime = whole.longValueExact();
      mtimeNanos = seconds.subtract(whole).movePointRight(9).intValue();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new CloisterException(ImageError.BAD_LAYER, where, "a time that is not a number", e);
    }
  }

  private String bounded(Bytes value) {
    String text = value.toUtf8();
    if (text.length() > 40 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
      throw bad("a time that is not a number");
    }
    return text;
  }

  /** The member that header and extensions describe together. */
  TarEntry apply(TarHeader header) {
    String path = name == null ? header.name() : name;
    TarEntry.Type type = type(header.typeFlag(), path);
    long content = size == null ? header.size() : size;
    FileAttributes attributes =
        new FileAttributes(
            header.mode(),
            id(uid == null ? header.uid() : uid),
            id(gid == null ? header.gid() : gid),
            mtime == null ? header.mtime() : mtime,
            mtimeNanos,
            xattrs);
    return new TarEntry(
        type,
        path,
        linkName == null ? header.linkName() : linkName,
        type == TarEntry.Type.FILE ? content : 0,
        attributes);
  }

  private TarEntry.Type type(char flag, String path) {
    return switch (flag) {
      case '0', '7' -> path.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3', '4' -> TarEntry.Type.DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      default ->
          throw new CloisterException(
              ImageError.LAYER_UNSUPPORTED,
              where,
              "a member of type '" + (flag > 32 && flag < 127 ? flag : '?') + "' in the archive");
    };
  }

  private int id(long value) {
    if (value < 0 || value > 0xffff_fffeL) {
      throw bad("an owner beyond 32 bits: " + value);
    }
    return (int) value;
  }

  private CloisterException bad(String detail) {
    return new CloisterException(ImageError.BAD_LAYER, where, detail);
  }
}
