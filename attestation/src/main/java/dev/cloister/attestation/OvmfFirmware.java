package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;

/**
 * A firmware built for SEV-SNP, with the "ASEV" metadata that tell a launcher what to put where
 * (EDK2 OvmfPkg, ResetVector).
 *
 * @param image the whole file, which ends at 4 GiB
 * @param resetAddress where vCPUs other than the first start
 * @param hashTable guest address of the table of kernel hashes; 0 where there is none
 * @param sections what is to be put into memory, in order
 */
record OvmfFirmware(Bytes image, long resetAddress, long hashTable, List<Section> sections) {

  private static final int MAX_SECTIONS = 64;
  private static final long MAX_SECTION_BYTES = 1L << 30;

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
    FirmwareTable table = FirmwareTable.parse(image);
    Bytes reset = table.entry(RESET);
    if (reset.size() < 4) {
      throw malformed("the reset block is missing");
    }
    return new OvmfFirmware(
        image, reset.u32le(0), hashTable(table.entry(HASH_TABLE)), sections(table));
  }

  private static long hashTable(Bytes entry) {
    if (entry.size() < 8 || entry.u32le(0) == 0) {
      return 0;
    }
    if (entry.u32le(4) < KernelHashes.TABLE_SIZE) {
      throw malformed("the area for the hash table is smaller than the table");
    }
    return entry.u32le(0);
  }

  static void requirePages(Bytes image) {
    FirmwareTable.requirePages(image);
  }

  /** The address of the first byte: the file ends at 4 GiB. */
  static long base(Bytes image) {
    return (1L << 32) - image.size();
  }

  boolean hasKernelHashes() {
    return hashTable != 0
        && sections.stream().anyMatch(section -> section.kind() == Kind.KERNEL_HASHES);
  }

  private static List<Section> sections(FirmwareTable table) {
    Bytes image = table.image();
    int head = table.pointed(METADATA, "SEV", 16);
    long size = image.u32le(head + 4);
    long count = image.u32le(head + 12);
    boolean right =
        image.slice(head, head + 4).equals(Bytes.ofUtf8("ASEV"))
            && image.u32le(head + 8) == 1
            && count <= MAX_SECTIONS
            && size >= 16 + 12 * count
            && head + size <= image.size();
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
    return FirmwareTable.guid(text);
  }

  private static CloisterException malformed(String detail) {
    return FirmwareTable.malformed(detail);
  }
}
