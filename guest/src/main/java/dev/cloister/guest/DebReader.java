package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.XZInputStream;

/**
 * Reads the payload of a {@code .deb} (deb(5)): an {@code ar} archive whose members are {@code
 * debian-binary}, {@code control.tar.*} and {@code data.tar.xz}, in this order.
 */
final class DebReader {

  private static final int MAX_DECODER_KIB = 128 << 10;
  private static final int MAX_ENTRIES = 200_000;
  private static final long MAX_PAYLOAD_BYTES = 4L << 30;

  private DebReader() {}

  /** Gives every entry of the payload to {@code visitor}, in the archive's order. */
  static void read(Path deb, Visitor visitor) {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(deb), 1 << 16)) {
      ArReader ar = new ArReader(file, deb.toString());
      expect(ar, "debian-binary", deb);
      if (!new String(ar.content().readNBytes(4), StandardCharsets.US_ASCII).startsWith("2.")) {
        throw malformed(deb, "another format version than 2");
      }
      ArReader.Member control = ar.next();
      if (!control.name().startsWith("control.tar")) {
        throw malformed(deb, "member " + control.name() + " where the control part belongs");
      }
      expect(ar, "data.tar.xz", deb);
      readTar(new XZInputStream(ar.content(), MAX_DECODER_KIB), deb, visitor);
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.ARCHIVE_MALFORMED, deb.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  private static void expect(ArReader ar, String name, Path deb) throws IOException {
    ArReader.Member member = ar.next();
    if (!member.name().equals(name)) {
      throw malformed(deb, "member " + member.name() + " where " + name + " belongs");
    }
  }

  private static void readTar(InputStream data, Path deb, Visitor visitor) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(data, "UTF-8")) {
      int entries = 0;
      long bytes = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        bytes += entry.getSize();
        if (++entries > MAX_ENTRIES || bytes > MAX_PAYLOAD_BYTES) {
          throw malformed(deb, "more than " + MAX_ENTRIES + " entries or too many bytes");
        }
        visitEntry(entry, tar, deb, visitor);
      }
    }
  }

  private static void visitEntry(
      TarArchiveEntry entry, InputStream content, Path deb, Visitor visitor) throws IOException {
    String path = normalized(entry.getName(), deb);
    if (path.isEmpty()) {
      return;
    }
    DebEntry.Kind kind;
    String target = "";
    if (entry.isDirectory()) {
      kind = DebEntry.Kind.DIRECTORY;
    } else if (entry.isSymbolicLink()) {
      kind = DebEntry.Kind.SYMLINK;
      target = entry.getLinkName();
    } else if (entry.isLink()) {
      kind = DebEntry.Kind.HARD_LINK;
      target = normalized(entry.getLinkName(), deb);
    } else if (entry.getLinkFlag() == TarConstants.LF_NORMAL
        || entry.getLinkFlag() == TarConstants.LF_OLDNORM) {
      kind = DebEntry.Kind.FILE;
    } else {
      throw malformed(deb, path + " is neither file, directory nor link");
    }
    visitor.visit(
        new DebEntry(
            path,
            kind,
            entry.getMode() & 07777,
            (int) entry.getLongUserId(),
            (int) entry.getLongGroupId(),
            entry.getSize(),
            target),
        content);
  }

  /** The path without leading {@code ./} and closing slash; never leaves the root. */
  private static String normalized(String name, Path deb) {
    String path = name.replaceFirst("^(\\./|/)+", "").replaceFirst("/+$", "");
    if (path.equals(".")) {
      return "";
    }
    for (String part : path.split("/", -1)) {
      if (part.equals("..") || part.equals(".") || (part.isEmpty() && !path.isEmpty())) {
        throw malformed(deb, "path " + name);
      }
    }
    return path;
  }

  private static CloisterException malformed(Path deb, String detail) {
    return new CloisterException(GuestError.ARCHIVE_MALFORMED, deb.toString(), detail);
  }

  /** Receives the entries of a payload. */
  @FunctionalInterface
  interface Visitor {
    /** One entry; {@code content} is only valid during the call, and only for files. */
    void visit(DebEntry entry, InputStream content) throws IOException;
  }
}
