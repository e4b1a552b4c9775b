package dev.cloister.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes small packages, whole and broken ones. */
final class TestDeb {

  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(data, "UTF-8");

  TestDeb directory(String path) throws IOException {
    return entry(path + "/", TarConstants.LF_DIR, 0755, "", new byte[0]);
  }

  TestDeb file(String path, int mode, byte[] content) throws IOException {
    return entry(path, TarConstants.LF_NORMAL, mode, "", content);
  }

  TestDeb file(String path, String content) throws IOException {
    return file(path, 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  TestDeb symlink(String path, String target) throws IOException {
    return entry(path, TarConstants.LF_SYMLINK, 0777, target, new byte[0]);
  }

  TestDeb hardLink(String path, String target) throws IOException {
    return entry(path, TarConstants.LF_LINK, 0644, target, new byte[0]);
  }

  TestDeb device(String path) throws IOException {
    return entry(path, TarConstants.LF_CHR, 0644, "", new byte[0]);
  }

  private TestDeb entry(String path, byte kind, int mode, String target, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path, kind, true);
    entry.setMode(mode);
    entry.setLinkName(target);
    entry.setSize(content.length);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
    return this;
  }

  /** The package's bytes. */
  byte[] build() throws IOException {
    tar.close();
    return ar(
        member("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII)),
        member("control.tar.xz", new byte[] {1, 2, 3}),
        member("data.tar.xz", xz(data.toByteArray())));
  }

  static byte[] xz(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (XZOutputStream out = new XZOutputStream(bytes, new LZMA2Options(1))) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  static byte[] ar(byte[]... members) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("!<arch>\n".getBytes(StandardCharsets.US_ASCII));
    for (byte[] member : members) {
      out.writeBytes(member);
      if (member.length % 2 == 1) {
        out.write('\n');
      }
    }
    return out.toByteArray();
  }

  static byte[] member(String name, byte[] content) {
    String header =
        String.format(
            Locale.ROOT, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", name, 0, 0, 0, "100644", content.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(content);
    return out.toByteArray();
  }
}
