package dev.cloister.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a cpio archive of the "new ASCII" kind that Linux unpacks as its first root
 * (Documentation/driver-api/early-userspace/buffer-format.rst): magic {@code 070701}, thirteen
 * fields of eight hexadecimal digits, name and content each padded to four bytes. Owner and group
 * are 0, the time is 0, inode numbers count up.
 */
public final class CpioWriter {

  private static final int DIRECTORY = 0040000;
  private static final int FILE = 0100000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode = 1;

  /** An empty archive. */
  public CpioWriter() {}

  /** Adds a directory; {@code mode} has the permission bits. */
  public void directory(String path, int mode) {
    entry(path, DIRECTORY | mode, new byte[0]);
  }

  /** Adds a file; {@code mode} has the permission bits. */
  public void file(String path, int mode, byte[] content) {
    entry(path, FILE | mode, content);
  }

  /** Ends the archive; the writer must not be used any more. */
  public byte[] finish() {
    header(0, "TRAILER!!!", 0, 0);
    return out.toByteArray();
  }

  private void entry(String path, int mode, byte[] content) {
    header(mode, path, content.length, inode++);
    out.writeBytes(content);
    pad();
  }

  private void header(int mode, String path, int size, int number) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    int links = (mode & DIRECTORY) != 0 ? 2 : 1;
    int[] fields = {number, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name.length + 1, 0};
    StringBuilder text = new StringBuilder("070701");
    for (int field : fields) {
      text.append(String.format(Locale.ROOT, "%08X", field));
    }
    out.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(name);
    out.write(0);
    pad();
  }

  private void pad() {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }
}
