package dev.cloister.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * The unpacked bytes of one layer: unpacked in a thread of their own, counted against the limits
 * and hashed while they are read. Not thread-safe.
 */
final class LayerInput extends InputStream {

  /**
   * Largest zstd window: 8 MiB, the least that every decoder must support (RFC 8878, 3.1.1.1.2).
   */
  private static final int ZSTD_WINDOW_LOG = 23;

  private final String where;
  private final FlattenLimits limits;
  private final long bytesBefore;
  private final CountingInput packed;
  private final ReadAhead unpacked;
  private final MessageDigest sha256 = Sha256.digest();
  private long count;

  /**
   * @param bytesBefore unpacked bytes of the layers below
   */
  LayerInput(
      InputStream blob,
      MediaType.Packing packing,
      FlattenLimits limits,
      long bytesBefore,
      String where) {
    this.where = where;
    this.limits = limits;
    this.bytesBefore = bytesBefore;
    this.packed = new CountingInput(blob);
    this.unpacked = new ReadAhead("unpack", () -> unpack(packing));
  }

  private InputStream unpack(MediaType.Packing packing) throws IOException {
    return switch (packing) {
      case PLAIN -> packed;
      case GZIP -> new GzipInput(packed);
      case ZSTD -> new ZstdInputStreamNoFinalizer(packed).setLongMax(ZSTD_WINDOW_LOG);
    };
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int got = unpacked.read(bytes, offset, length);
    if (got > 0) {
      sha256.update(bytes, offset, got);
      count += got;
      checkLimits();
    }
    return got;
  }

  private void checkLimits() {
    if (bytesBefore + count > limits.bytes()) {
      throw new CloisterException(
          ImageError.LIMIT, where, "the image unpacks to more than " + limits.bytes() + " bytes");
    }
    if (count > limits.allowance() && count / limits.ratio() > packed.count()) {
      throw new CloisterException(
          ImageError.LIMIT,
          where,
          "the layer unpacks to more than " + limits.ratio() + " times its size (a zip bomb?)");
    }
  }

  /** Reads what is left, so that count, digest and checksums speak of the whole layer. */
  void drain() throws IOException {
    byte[] rest = new byte[64 << 10];
    while (read(rest, 0, rest.length) >= 0) {
      // counted and hashed
    }
  }

  /** Unpacked bytes so far. */
  long count() {
    return count;
  }

  /** The digest of the unpacked bytes; call it once, at the end. */
  Digest diffId() {
    return Sha256.finish(sha256);
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
  }
}
