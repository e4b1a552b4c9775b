package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A firmware built for SEV-SNP, with the tables that tell a launcher what to put where (EDK2
 * OvmfPkg, ResetVector: the table of GUIDs that ends 32 bytes before the end of the file, and the
 * "ASEV" metadata that it points to).
 *
 * @param image the whole file, which ends at 4 GiB
 * @param resetAddress where vCPUs other than the first start
 * @param hashTable guest address of the table of kernel hashes; 0 where there is none
 * @param sections what is to be put into memory, in order
 */
record OvmfFirmware(Bytes image, long resetAddress, long hashTable, List<Section> sections) {

  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_SECTIONS = 64;
  private static final long MAX_SECTION_BYTES = 1L << 30;
  private static final int FOOTER_DISTANCE = 32;
  private static final int ENTRY_TAIL = 18;

  private static final Bytes FOOTER = guid("96b582de-1fb2-45f7-baea-a366c55a082d");
  private static final Bytes RESET = guid("00f771de-1a7e-4fcb-890e-68c77e2fb44e");
  private static final Bytes HASH_TABLE = guid("7255371f-3a3b-4b04-927b-1da6efa8d454");
  private static final Bytes METADATA = guid("dc886566-984a-4798-a75e-5585a7bf67cc");

  /** What a section is for. */
  enum Kind {
    SEC_MEMORY(1),
    SECRETS(2),
    CPUID(3),
    SVSM_CALLING_AREA(4),
    KERNEL_HASHES(0x10);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /** One section: guest physical address and size, both whole pages. */
  record Section(long address, long size, Kind kind) {}

  OvmfFirmware {
    sections = List.copyOf(sections);
  }

  static OvmfFirmware parse(Bytes image) {
    requirePages(image);
    Map<Bytes, Bytes> table = table(image);
    Bytes reset = table.getOrDefault(RESET, Bytes.EMPTY);
    if (reset.size() < 4) {
      throw malformed("the reset block is missing");
    }
    Bytes hashes = table.getOrDefault(HASH_TABLE, Bytes.EMPTY);
    return new OvmfFirmware(
        image,
        reset.u32le(0),
        hashes.size() < 8 ? 0 : hashes.u32le(0),
        sections(image, table.getOrDefault(METADATA, Bytes.EMPTY)));
  }

  static void requirePages(Bytes image) {
    if (image.isEmpty() || image.size() % LaunchPages.PAGE != 0 || image.size() > MAX_BYTES) {
      throw malformed(image.size() + " bytes are not 1 to 16384 pages");
    }
  }

  /** The address of the first byte: the file ends at 4 GiB. */
  static long base(Bytes image) {
    return (1L << 32) - image.size();
  }

  boolean hasKernelHashes() {
    return hashTable != 0
        && sections.stream().anyMatch(section -> section.kind() == Kind.KERNEL_HASHES);
  }

  private static Map<Bytes, Bytes> table(Bytes image) {
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
    return entries;
  }

  private static List<Section> sections(Bytes image, Bytes pointer) {
    if (pointer.size() < 4) {
      throw malformed("the SEV metadata are missing");
    }
    long from = image.size() - pointer.u32le(0);
    if (from < 0 || from + 16 > image.size()) {
      throw malformed("the SEV metadata lie outside the file");
    }
    int head = (int) from;
    long size = image.u32le(head + 4);
    long count = image.u32le(head + 12);
    boolean right =
        image.slice(head, head + 4).equals(Bytes.ofUtf8("ASEV"))
            && image.u32le(head + 8) == 1
            && count <= MAX_SECTIONS
            && size >= 16 + 12 * count
            && from + size <= image.size();
    if (!right) {
      throw malformed("the SEV metadata have another form or too many sections");
    }
    List<Section> sections = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < count; i++) {
      Section section = section(image, head + 16 + 12 * i);
      total += section.size();
      if (total > MAX_SECTION_BYTES) {
        throw malformed("the sections have more than 1 GiB");
      }
      sections.add(section);
    }
    return sections;
  }

  private static Section section(Bytes image, int at) {
    long address = image.u32le(at);
    long size = image.u32le(at + 4);
    if (address % LaunchPages.PAGE != 0 || size % LaunchPages.PAGE != 0) {
      throw malformed("a section is not of whole pages");
    }
    long number = image.u32le(at + 8);
    for (Kind kind : Kind.values()) {
      if (kind.number == number) {
        return new Section(address, size, kind);
      }
    }
    throw malformed("a section of unknown kind " + number);
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

  private static CloisterException malformed(String detail) {
    return new CloisterException(AttestationError.FIRMWARE_MALFORMED, "firmware", detail);
  }
}
