package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a tree as the tar archive of a layer: ustar, with PAX records where a name, number or
 * attribute does not fit (POSIX.1-2024 pax). Equal trees give equal bytes.
 */
final class TarWriter {

  private static final int RECORD = 512;
  private static final long MAX_OCTAL_8 = 07777777L;
  private static final long MAX_OCTAL_12 = 077777777777L;

  private final OutputStream out;
  private final IdentityHashMap<FileNode, String> written = new IdentityHashMap<>();

  private TarWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes the whole tree, the root included, and the end of the archive. */
  static void write(FileTree tree, OutputStream out) throws IOException {
    TarWriter writer = new TarWriter(out);
    writer.entry("./", tree.root());
    tree.walk(
        (path, node) -> writer.entry(node instanceof FileNode.Directory ? path + "/" : path, node));
    out.write(new byte[2 * RECORD]);
  }

  private void entry(String path, FileNode node) throws IOException {
    String first = node.links() > 1 ? written.putIfAbsent(node, path) : null;
    if (first != null) {
      header(path, '1', 0, first, node.attributes());
      return;
    }
    switch (node) {
      case FileNode.Directory _ -> header(path, '5', 0, "", node.attributes());
      case FileNode.Symlink link -> header(path, '2', 0, link.target(), node.attributes());
      case FileNode.Fifo _ -> header(path, '6', 0, "", node.attributes());
      case FileNode.Device _ ->
          throw new IllegalArgumentException("a device in a layer: " + ByteName.toText(path));
      case FileNode.Regular file -> {
        header(path, '0', file.content().size(), "", node.attributes());
        content(file.content());
      }
    }
  }

  private void content(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      if (in.transferTo(out) != content.size()) {
        throw new IOException("a content of another size than announced");
      }
    }
    out.write(new byte[(int) (-content.size() & (RECORD - 1))]);
  }

  private void header(String path, char type, long size, String linkName, FileAttributes attributes)
      throws IOException {
    byte[] pax = pax(path, size, linkName, attributes);
    if (pax.length > 0) {
      out.write(record("pax", 'x', pax.length, "", FileAttributes.ofRoot(0644, 0)));
      out.write(Arrays.copyOf(pax, (pax.length + RECORD - 1) / RECORD * RECORD));
    }
    out.write(record(path, type, size, linkName, attributes));
  }

  private static byte[] pax(String path, long size, String linkName, FileAttributes attributes)
      throws IOException {
    Map<String, byte[]> records = new TreeMap<>();
    if (!fits(path)) {
      records.put("path", ByteName.toBytes(path));
    }
    if (!fits(linkName)) {
      records.put("linkpath", ByteName.toBytes(linkName));
    }
    number(records, "size", size, MAX_OCTAL_12);
    number(records, "uid", Integer.toUnsignedLong(attributes.uid()), MAX_OCTAL_8);
    number(records, "gid", Integer.toUnsignedLong(attributes.gid()), MAX_OCTAL_8);
    if (attributes.mtime() < 0
        || attributes.mtime() > MAX_OCTAL_12
        || attributes.mtimeNanos() != 0) {
      records.put("mtime", time(attributes).getBytes(StandardCharsets.US_ASCII));
    }
    for (Map.Entry<String, Bytes> xattr : attributes.xattrs().entrySet()) {
      if (xattr.getValue().isEmpty()) {
        throw new IllegalArgumentException("tar holds no empty attribute: " + xattr.getKey());
      }
      records.put("SCHILY.xattr." + xattr.getKey(), xattr.getValue().toArray());
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> one : records.entrySet()) {
      all.write(record(one.getKey(), one.getValue()));
    }
    return all.toByteArray();
  }

  private static boolean fits(String name) {
    return name.length() <= 100 && name.chars().allMatch(c -> c < 128);
  }

  private static void number(Map<String, byte[]> records, String key, long value, long max) {
    if (value > max) {
      records.put(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String time(FileAttributes attributes) {
    return java.math.BigDecimal.valueOf(attributes.mtime())
        .add(java.math.BigDecimal.valueOf(attributes.mtimeNanos(), 9))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Length, blank, keyword, '=', value, line feed; the length counts itself. */
  private static byte[] record(String key, byte[] value) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int rest = name.length + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    one.write(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    one.write(' ');
    one.write(name);
    one.write('=');
    one.write(value);
    one.write('\n');
    return one.toByteArray();
  }

  private static byte[] record(
      String path, char type, long size, String linkName, FileAttributes attributes) {
    byte[] header = new byte[RECORD];
    text(header, 0, 100, path);
    octal(header, 100, 8, attributes.mode());
    octal(header, 108, 8, clip(Integer.toUnsignedLong(attributes.uid()), MAX_OCTAL_8));
    octal(header, 116, 8, clip(Integer.toUnsignedLong(attributes.gid()), MAX_OCTAL_8));
    octal(header, 124, 12, clip(size, MAX_OCTAL_12));
    octal(header, 136, 12, clip(attributes.mtime(), MAX_OCTAL_12));
    header[156] = (byte) type;
    text(header, 157, 100, linkName);
    text(header, 257, 8, "ustar\00000");
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    octal(header, 148, 7, sum);
    return header;
  }

  private static long clip(long value, long max) {
    return value < 0 || value > max ? 0 : value;
  }

  private static void text(byte[] header, int at, int length, String text) {
    byte[] bytes = ByteName.toBytes(text);
    System.arraycopy(bytes, 0, header, at, Math.min(length, bytes.length));
  }

  private static void octal(byte[] header, int at, int length, long value) {
    String digits = Long.toOctalString(value);
    text(header, at, length, "0".repeat(length - 1 - digits.length()) + digits);
    header[at + length - 1] = 0;
  }
}
