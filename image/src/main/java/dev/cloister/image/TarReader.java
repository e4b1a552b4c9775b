package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads tar archives as layers use them: ustar and its PAX and GNU extensions (POSIX.1-2024 pax,
 * "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar Format").
 * Extension headers are bounded, checksums are checked, contents are streamed. Sparse files are
 * refused. One use, one thread.
 */
final class TarReader {

  private static final int RECORD = 512;

  /** Most bytes of one extension header. */
  private static final int MAX_EXTENSION = 1 << 20;

  /** Most extension headers before one member. */
  private static final int MAX_EXTENSIONS = 16;

  private final InputStream in;
  private final String where;
  private final byte[] record = new byte[RECORD];
  private final Content content = new Content();
  private long left;
  private int padding;

  /**
   * @param where names the archive in errors
   */
  TarReader(InputStream in, String where) {
    this.in = in;
    this.where = where;
  }

  /**
   * The next member, or null after the last one; what was not read of the one before is skipped.
   */
  @Nullable TarEntry next() throws IOException {
    skipContent();
    TarExtensions extensions = new TarExtensions(where);
    for (int i = 0; i <= MAX_EXTENSIONS; i++) {
      if (!readRecord() || isZero()) {
        return null;
      }
      TarHeader header = TarHeader.read(record, where);
      if (!header.isExtension()) {
        TarEntry entry = extensions.apply(header);
        left = entry.size();
        padding = padding(left);
        return entry;
      }
      byte[] body = extensionBody(header.size());
      extensions.add(header.typeFlag(), body);
    }
    throw bad("more than " + MAX_EXTENSIONS + " extension headers for one member");
  }

  /** The content of the member that {@link #next()} gave last. */
  InputStream content() {
    return content;
  }

  private byte[] extensionBody(long size) throws IOException {
    if (size > MAX_EXTENSION) {
      throw new CloisterException(
          ImageError.LIMIT, where, "an extension header of " + size + " bytes in the archive");
    }
    byte[] body = in.readNBytes((int) size);
    if (body.length < size) {
      throw bad("the archive ends within an extension header");
    }
    skip(padding(size));
    return body;
  }

  private boolean readRecord() throws IOException {
    int got = in.readNBytes(record, 0, RECORD);
    if (got != 0 && got != RECORD) {
      throw bad("the archive ends within a header");
    }
    return got == RECORD;
  }

  private boolean isZero() {
    for (byte b : record) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void skipContent() throws IOException {
    skip(left + padding);
    left = 0;
    padding = 0;
  }

  private void skip(long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (java.io.EOFException e) {
      throw new CloisterException(
          ImageError.BAD_LAYER, where, "the archive ends within a member", e);
    }
  }

  private static int padding(long size) {
    return (int) (-size & (RECORD - 1));
  }

  private CloisterException bad(String detail) {
    return new CloisterException(ImageError.BAD_LAYER, where, detail);
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int got = in.read(bytes, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw bad("the archive ends within a member");
      }
      left -= got;
      return got;
    }
  }
}
