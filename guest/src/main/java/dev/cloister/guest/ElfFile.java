package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a build needs to know of a little-endian 64-bit ELF file (System V ABI, chapters 4 and 5):
 * the libraries that it needs and the {@code .modinfo} section of a kernel module.
 */
final class ElfFile {

  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int DT_NULL = 0;
  private static final int DT_NEEDED = 1;
  private static final int DT_STRTAB = 5;
  private static final int MAX_TABLE = 4096;
  private static final int MAX_TEXT = 1 << 16;

  private final byte[] content;
  private final ByteBuffer file;
  private final String where;

  private ElfFile(byte[] content, String where) {
    this.content = content;
    this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    this.where = where;
  }

  /** Whether the bytes begin like an ELF file. */
  static boolean isElf(byte[] content) {
    return content.length > 4
        && content[0] == 0x7f
        && content[1] == 'E'
        && content[2] == 'L'
        && content[3] == 'F';
  }

  /** The file with these bytes; {@code where} names it in errors. */
  static ElfFile of(byte[] content, String where) {
    if (!isElf(content) || content.length < 64 || content[4] != 2 || content[5] != 1) {
      throw new CloisterException(
          GuestError.ELF_MALFORMED, where, "no header of a little-endian 64-bit file");
    }
    return new ElfFile(content, where);
  }

  /** The names of {@code DT_NEEDED}, in order; none for a static program. */
  List<String> neededLibraries() {
    return reading(() -> {
      Optional<Segment> dynamic =
          segments().stream().filter(s -> s.type() == PT_DYNAMIC).findFirst();
      return dynamic.isEmpty() ? List.of() : needed(dynamic.get());
    });
  }

  /** The {@code key=value} texts of {@code .modinfo}. */
  List<String> moduleInfo() {
    return reading(() -> {
      int table = offset(file.getLong(40));
      int entrySize = file.getShort(58) & 0xffff;
      int count = limited(file.getShort(60) & 0xffff);
      int names = offset(file.getLong(table + (file.getShort(62) & 0xffff) * entrySize + 24));
      for (int i = 0; i < count; i++) {
        int section = table + i * entrySize;
        if (text(names + file.getInt(section)).equals(".modinfo")) {
          return texts(offset(file.getLong(section + 24)), offset(file.getLong(section + 32)));
        }
      }
      throw malformed("no .modinfo section");
    });
  }

  private List<String> needed(Segment dynamic) {
    List<Long> names = new ArrayList<>();
    long strings = -1;
    int end = dynamic.offset() + dynamic.size();
    for (int at = dynamic.offset(); at < end; at += 16) {
      long tag = file.getLong(at);
      if (tag == DT_NULL) {
        break;
      } else if (tag == DT_NEEDED) {
        names.add(file.getLong(at + 8));
      } else if (tag == DT_STRTAB) {
        strings = file.getLong(at + 8);
      }
    }
    int base = names.isEmpty() ? 0 : fileOffset(strings);
    return names.stream().map(name -> text(base + offset(name))).toList();
  }

  private List<Segment> segments() {
    int table = offset(file.getLong(32));
    int entrySize = file.getShort(54) & 0xffff;
    int count = limited(file.getShort(56) & 0xffff);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = table + i * entrySize;
      segments.add(
          new Segment(
              file.getInt(at),
              offset(file.getLong(at + 8)),
              file.getLong(at + 16),
              offset(file.getLong(at + 32))));
    }
    return segments;
  }

  private int fileOffset(long address) {
    for (Segment segment : segments()) {
      long into = address - segment.address();
      if (segment.type() == PT_LOAD && into >= 0 && into < segment.size()) {
        return segment.offset() + (int) into;
      }
    }
    throw malformed("no segment holds its string table");
  }

  private List<String> texts(int from, int length) {
    List<String> texts = new ArrayList<>();
    int at = from;
    while (at < from + length) {
      String text = text(at);
      if (!text.isEmpty()) {
        texts.add(text);
      }
      at += text.length() + 1;
    }
    return texts;
  }

  private String text(int from) {
    int end = from;
    while (file.get(end) != 0) {
      if (end - from > MAX_TEXT) {
        throw malformed("a text without end");
      }
      end++;
    }
    return new String(content, from, end - from, StandardCharsets.ISO_8859_1);
  }

  private int offset(long value) {
    if (value < 0 || value > file.capacity()) {
      throw malformed("an offset behind its end");
    }
    return (int) value;
  }

  private int limited(int count) {
    if (count > MAX_TABLE) {
      throw malformed("a table of more than " + MAX_TABLE + " entries");
    }
    return count;
  }

  private <T> T reading(java.util.function.Supplier<T> read) {
    try {
      return read.get();
    } catch (IndexOutOfBoundsException e) {
      throw new CloisterException(GuestError.ELF_MALFORMED, where, "an offset behind its end", e);
    }
  }

  private CloisterException malformed(String detail) {
    return new CloisterException(GuestError.ELF_MALFORMED, where, detail);
  }

  private record Segment(int type, int offset, long address, int size) {}
}
