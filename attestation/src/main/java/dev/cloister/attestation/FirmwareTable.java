package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The table of GUIDs that ends 32 bytes before the end of a firmware file and tells a launcher what
 * to put where (EDK2 OvmfPkg/ResetVector). Read from its end: each entry is content, total length,
 * GUID.
 *
 * @param image the whole file, which ends at 4 GiB
 * @param entries content by GUID as it lies in memory
 */
record FirmwareTable(Bytes image, Map<Bytes, Bytes> entries) {

  private static final int MAX_BYTES = 64 << 20;
  private static final int FOOTER_DISTANCE = 32;
  private static final int ENTRY_TAIL = 18;
  private static final Bytes FOOTER = guid("96b582de-1fb2-45f7-baea-a366c55a082d");

  FirmwareTable {
    entries = Map.copyOf(entries);
  }

  /**
   * Reads the table.
   *
   * @throws CloisterException with {@link AttestationError#FIRMWARE_MALFORMED}
   */
  static FirmwareTable parse(Bytes image) {
    requirePages(image);
    int end = image.size() - FOOTER_DISTANCE;
    if (!image.slice(end - 16, end).equals(FOOTER)) {
      throw malformed("the table of GUIDs is missing");
    }
    int size = image.u16le(end - ENTRY_TAIL);
    int start = end - size;
    if (size < ENTRY_TAIL || start < 0) {
      throw malformed("the table of GUIDs is longer than the file");
    }
    Map<Bytes, Bytes> entries = new HashMap<>();
    int at = end - ENTRY_TAIL;
    while (at > start) {
      if (at - start < ENTRY_TAIL) {
        throw malformed("an entry of the table of GUIDs is cut");
      }
      int length = image.u16le(at - ENTRY_TAIL);
      if (length < ENTRY_TAIL || at - length < start) {
        throw malformed("an entry of the table of GUIDs has a wrong length");
      }
      Bytes content = image.slice(at - length, at - ENTRY_TAIL);
      if (entries.put(image.slice(at - 16, at), content) != null) {
        throw malformed("the table of GUIDs has an entry twice");
      }
      at -= length;
    }
    return new FirmwareTable(image, entries);
  }

  /** Refuses what is not 1 to 16384 whole pages. */
  static void requirePages(Bytes image) {
    if (image.isEmpty() || image.size() % LaunchPages.PAGE != 0 || image.size() > MAX_BYTES) {
      throw malformed(image.size() + " bytes are not 1 to 16384 pages");
    }
  }

  /** The content of an entry; no bytes where there is none. */
  Bytes entry(Bytes guid) {
    return entries.getOrDefault(guid, Bytes.EMPTY);
  }

  /**
   * Where the metadata begin that an entry points to by their distance from the end of the file.
   *
   * @param name what they are, for the error
   * @param head how many bytes of them must be in the file
   */
  int pointed(Bytes guid, String name, int head) {
    Bytes pointer = entry(guid);
    if (pointer.size() < 4) {
      throw malformed("the " + name + " metadata are missing");
    }
    long from = image.size() - pointer.u32le(pointer.size() - 4);
    if (from < 0 || from + head > image.size()) {
      throw malformed("the " + name + " metadata lie outside the file");
    }
    return (int) from;
  }

  /** A GUID as it lies in memory: the first three parts little-endian. */
  static Bytes guid(String text) {
    UUID uuid = UUID.fromString(text);
    long high = uuid.getMostSignificantBits();
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt((int) (high >>> 32)).putShort((short) (high >>> 16)).putShort((short) high);
    bytes.order(ByteOrder.BIG_ENDIAN).putLong(uuid.getLeastSignificantBits());
    return Bytes.of(bytes.array());
  }

  static CloisterException malformed(String detail) {
    return new CloisterException(AttestationError.FIRMWARE_MALFORMED, "firmware", detail);
  }
}
