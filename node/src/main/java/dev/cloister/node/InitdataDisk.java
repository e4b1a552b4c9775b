package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The disk that carries the initdata document: 8 bytes {@code CLINITD1}, its length as 64 bits
 * big-endian, the document, zeros up to a multiple of 4096.
 */
final class InitdataDisk {

  static final int MAX_DOCUMENT = 1 << 20;
  private static final byte[] MAGIC = "CLINITD1".getBytes(StandardCharsets.US_ASCII);
  private static final int BLOCK = 4096;

  private InitdataDisk() {}

  static Bytes of(Bytes document) {
    int used = MAGIC.length + Long.BYTES + document.size();
    ByteBuffer disk = ByteBuffer.allocate((used + BLOCK - 1) / BLOCK * BLOCK);
    disk.put(MAGIC).putLong(document.size()).put(document.toBuffer());
    return Bytes.of(disk.array());
  }
}
