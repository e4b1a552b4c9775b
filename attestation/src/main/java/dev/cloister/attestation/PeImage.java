package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A program in PE/COFF form, which is what a firmware starts and measures: a Linux kernel with an
 * EFI stub is one.
 */
final class PeImage {

  private static final int MAX_SECTIONS = 96;
  private static final int PE32 = 0x10b;
  private static final int PE32_PLUS = 0x20b;
  private static final int CERTIFICATES = 4;
  private static final int SECTION_ENTRY = 40;

  private final Bytes image;

  /** Where the parts are that the hash leaves out or starts from. */
  private record Layout(
      int checksum,
      int certificateEntry,
      long certificateSize,
      int headers,
      int sectionTable,
      int sections) {}

  /** A section's content in the file. */
  private record Section(long from, long size) {}

  PeImage(Bytes image) {
    this.image = image;
  }

  /**
   * The Authenticode hash as EDK2 measures it (Microsoft, "Windows Authenticode Portable Executable
   * Signature Format"; EDK2, MeasurePeImage): all but the checksum and the signatures.
   *
   * @return SHA-384, 48 bytes
   * @throws CloisterException with {@link AttestationError#KERNEL_MALFORMED}
   */
  Bytes authenticodeSha384() {
    Layout layout = layout();
    MessageDigest digest = sha384();
    update(digest, 0, layout.checksum());
    if (layout.certificateEntry() == 0) {
      update(digest, layout.checksum() + 4, layout.headers());
    } else {
      update(digest, layout.checksum() + 4, layout.certificateEntry());
      update(digest, layout.certificateEntry() + 8, layout.headers());
    }
    long hashed = layout.headers();
    for (Section section : sections(layout)) {
      update(digest, section.from(), section.from() + section.size());
      hashed += section.size();
    }
    long end = image.size() - layout.certificateSize();
    if (hashed > image.size() || (image.size() > hashed && end < hashed)) {
      throw malformed("its sections and signatures are longer than the file");
    }
    if (end > hashed) {
      update(digest, hashed, end);
    }
    return Bytes.of(digest.digest());
  }

  private Layout layout() {
    long pe = u32(0x3c);
    requireInside(pe, 24);
    if (image.at(0) != 'M' || image.at(1) != 'Z' || u32(pe) != 0x4550) {
      throw malformed("it is not a program for UEFI: the kernel lacks an EFI stub");
    }
    int sections = u16(pe + 6);
    int optionalSize = u16(pe + 20);
    long optional = pe + 24;
    int magic = u16(optional);
    if ((magic != PE32 && magic != PE32_PLUS) || sections > MAX_SECTIONS) {
      throw malformed("unknown kind of PE header, or more than " + MAX_SECTIONS + " sections");
    }
    long directories = optional + (magic == PE32_PLUS ? 112 : 96);
    boolean signable = u32(directories - 4) > CERTIFICATES;
    long entry = signable ? directories + 8 * CERTIFICATES : 0;
    long table = optional + optionalSize;
    long headers = u32(optional + 60);
    requireInside(table, (long) SECTION_ENTRY * sections);
    requireInside(0, headers);
    if (headers < table + (long) SECTION_ENTRY * sections || entry + 8 > table) {
      throw malformed("its headers are longer than they say");
    }
    return new Layout(
        (int) optional + 64,
        (int) entry,
        signable ? u32(entry + 4) : 0,
        (int) headers,
        (int) table,
        sections);
  }

  private List<Section> sections(Layout layout) {
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < layout.sections(); i++) {
      long at = layout.sectionTable() + (long) SECTION_ENTRY * i;
      Section section = new Section(u32(at + 20), u32(at + 16));
      if (section.size() > 0) {
        requireInside(section.from(), section.size());
        sections.add(section);
      }
    }
    sections.sort(Comparator.comparingLong(Section::from));
    return sections;
  }

  private void update(MessageDigest digest, long from, long to) {
    if (from > to) {
      throw malformed("its headers overlap");
    }
    digest.update(image.toBuffer().slice((int) from, (int) (to - from)));
  }

  private int u16(long at) {
    requireInside(at, 2);
    return image.u16le((int) at);
  }

  private long u32(long at) {
    requireInside(at, 4);
    return image.u32le((int) at);
  }

  private void requireInside(long from, long size) {
    if (from < 0 || from + size > image.size()) {
      throw malformed("a part lies outside the file");
    }
  }

  private static MessageDigest sha384() {
    try {
      return MessageDigest.getInstance("SHA-384");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-384", e);
    }
  }

  private static CloisterException malformed(String detail) {
    return new CloisterException(AttestationError.KERNEL_MALFORMED, "kernel", detail);
  }
}
