package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;

/**
 * A firmware built for TDX, with the "TDVF" metadata that tell a launcher what to put where (Intel
 * 344991, TDX Virtual Firmware Design Guide, section "TDVF Metadata").
 *
 * @param image the whole file, which ends at 4 GiB
 * @param sections what is to be put into memory, in order
 */
record TdvfFirmware(Bytes image, List<Section> sections) {

  private static final Bytes METADATA = FirmwareTable.guid("e47a6535-984a-4798-865e-4685a7bf8ec2");
  private static final int MAX_SECTIONS = 64;
  private static final long MAX_ADDED_BYTES = 1L << 30;
  private static final long MAX_ADDRESS = 1L << 52;
  private static final int HEAD = 16;
  private static final int ENTRY = 32;
  private static final int MR_EXTEND = 1;
  private static final int PAGE_AUG = 2;

  /** What a section is for. */
  enum Kind {
    /** Boot firmware volume. */
    CODE,
    /** Configuration firmware volume. */
    CONFIGURATION,
    /** The list of memory that the launcher writes. */
    MEMORY_LIST,
    TEMPORARY_MEMORY,
    PERMANENT_MEMORY,
    PAYLOAD,
    PAYLOAD_PARAMETERS
  }

  /**
   * One section.
   *
   * @param content what the file has for it; zeros follow up to the size
   * @param address guest physical address, whole pages
   * @param size in memory, whole pages
   * @param extended whether its content is measured, beside that its pages are there
   * @param added whether its pages are added, and so measured, before the start
   */
  record Section(
      Bytes content, long address, long size, Kind kind, boolean extended, boolean added) {}

  TdvfFirmware {
    sections = List.copyOf(sections);
  }

  /**
   * Reads the metadata.
   *
   * @throws CloisterException with {@link AttestationError#FIRMWARE_MALFORMED}
   */
  static TdvfFirmware parse(Bytes image) {
    FirmwareTable table = FirmwareTable.parse(image);
    int head = table.pointed(METADATA, "TDX", HEAD);
    long size = image.u32le(head + 4);
    long count = image.u32le(head + 12);
    boolean right =
        image.slice(head, head + 4).equals(Bytes.ofUtf8("TDVF"))
            && image.u32le(head + 8) == 1
            && count >= 1
            && count <= MAX_SECTIONS
            && size >= HEAD + ENTRY * count
            && head + size <= image.size();
    if (!right) {
      throw malformed("the TDX metadata have another form or too many sections");
    }
    List<Section> sections = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < count; i++) {
      Section section = section(image, head + HEAD + ENTRY * i);
      total += section.added() ? section.size() : 0;
      if (total > MAX_ADDED_BYTES) {
        throw malformed("the sections have more than 1 GiB");
      }
      sections.add(section);
    }
    return new TdvfFirmware(image, sections);
  }

  private static Section section(Bytes image, int at) {
    long from = image.u32le(at);
    long length = image.u32le(at + 4);
    long address = image.u64le(at + 8);
    long size = image.u64le(at + 16);
    boolean inMemory =
        address >= 0
            && address % LaunchPages.PAGE == 0
            && size >= 0
            && size % LaunchPages.PAGE == 0
            && address <= MAX_ADDRESS
            && size <= MAX_ADDRESS;
    if (!inMemory) {
      throw malformed("a section is not of whole pages of memory");
    }
    if (from + length > image.size() || length > size) {
      throw malformed("a section's content lies outside the file or the section");
    }
    long attributes = image.u32le(at + 28);
    if (attributes > (MR_EXTEND | PAGE_AUG)) {
      throw malformed("a section with unknown attributes");
    }
    Kind kind = kind(image.u32le(at + 24), length);
    boolean extended = (attributes & MR_EXTEND) != 0;
    boolean added = (attributes & PAGE_AUG) == 0;
    if (extended && (kind == Kind.MEMORY_LIST || !added)) {
      throw malformed("a section whose content is not known is to be measured");
    }
    Bytes content = image.slice((int) from, (int) (from + length));
    return new Section(content, address, size, kind, extended, added);
  }

  private static Kind kind(long number, long length) {
    if (number >= Kind.values().length) {
      throw malformed("a section of unknown kind " + number);
    }
    Kind kind = Kind.values()[(int) number];
    boolean fromFile = kind == Kind.CODE || kind == Kind.CONFIGURATION;
    boolean written = kind == Kind.MEMORY_LIST || kind == Kind.TEMPORARY_MEMORY;
    if ((fromFile && length == 0) || (written && length != 0)) {
      throw malformed("a section has content where its kind has none, or none where it has");
    }
    return kind;
  }

  /** The only section of a kind; a firmware without one, or with two, is refused. */
  Section only(Kind kind) {
    List<Section> found = sections.stream().filter(section -> section.kind() == kind).toList();
    if (found.size() != 1) {
      throw malformed(found.size() + " sections of the kind " + kind);
    }
    return found.getFirst();
  }

  private static CloisterException malformed(String detail) {
    return FirmwareTable.malformed(detail);
  }
}
