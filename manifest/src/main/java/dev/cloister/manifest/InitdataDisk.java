package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The read-only disk on which a pod's initdata reaches its VM: 8 bytes {@code CLINITD1}, the
 * document's length as 8 bytes big-endian, the document, and zeros to a multiple of 4096 bytes.
 * Nothing about the disk is measured but the document, so the reader takes what the length says,
 * within its limit, and whoever reads checks the document's digest against the evidence.
 */
public final class InitdataDisk {

  /** Bytes before the document. */
  public static final int HEADER_SIZE = 16;

  private static final Bytes MAGIC = Bytes.of("CLINITD1".getBytes(StandardCharsets.US_ASCII));
  private static final int SECTOR = 4096;

  private InitdataDisk() {}

  /** The disk's content for a document of at most {@link Initdata#MAX_SIZE} bytes. */
  public static Bytes write(Bytes document) {
    if (document.isEmpty() || document.size() > Initdata.MAX_SIZE) {
      throw new IllegalArgumentException("no initdata has " + document.size() + " bytes");
    }
    int used = HEADER_SIZE + document.size();
    ByteBuffer disk = ByteBuffer.allocate((used + SECTOR - 1) / SECTOR * SECTOR);
    disk.put(MAGIC.toBuffer()).putLong(document.size()).put(document.toBuffer());
    return Bytes.of(disk.array());
  }

  /**
   * The length of the document that follows the header.
   *
   * @param header the first {@link #HEADER_SIZE} bytes of the disk
   * @throws CloisterException with {@link ManifestError#INITDATA_DISK} where they are no header, or
   *     the length is not from 1 to {@link Initdata#MAX_SIZE}
   */
  public static int documentSize(Bytes header) {
    if (header.size() != HEADER_SIZE || !header.slice(0, MAGIC.size()).equals(MAGIC)) {
      throw new CloisterException(
          ManifestError.INITDATA_DISK, "", "it does not begin with CLINITD1");
    }
    long size = header.toBuffer().getLong(MAGIC.size());
    if (size < 1 || size > Initdata.MAX_SIZE) {
      throw new CloisterException(
          ManifestError.INITDATA_DISK, "", "its length is not from 1 to " + Initdata.MAX_SIZE);
    }
    return (int) size;
  }
}
