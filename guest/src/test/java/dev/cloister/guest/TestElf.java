package dev.cloister.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes small ELF files: programs that need libraries, and kernel modules. */
final class TestElf {

  private static final int HEADER = 64;

  private TestElf() {}

  /** A file with one loaded segment and a dynamic section that needs the libraries. */
  static byte[] needing(String... libraries) {
    StringBuilder strings = new StringBuilder("\0");
    int[] names = new int[libraries.length];
    for (int i = 0; i < libraries.length; i++) {
      names[i] = strings.length();
      strings.append(libraries[i]).append('\0');
    }
    byte[] table = strings.toString().getBytes(StandardCharsets.ISO_8859_1);
    int dynamic = HEADER + 2 * 56;
    int dynamicSize = (libraries.length + 2) * 16;
    int stringsAt = dynamic + dynamicSize;
    ByteBuffer file = buffer(stringsAt + table.length);
    file.putLong(32, HEADER).putShort(54, (short) 56).putShort(56, (short) 2);
    segment(file, HEADER, 1, 0, 0x400000, file.capacity());
    segment(file, HEADER + 56, 2, dynamic, 0x400000 + dynamic, dynamicSize);
    int at = dynamic;
    for (int name : names) {
      file.putLong(at, 1).putLong(at + 8, name);
      at += 16;
    }
    file.putLong(at, 5).putLong(at + 8, 0x400000 + stringsAt);
    file.put(stringsAt, table);
    return bytes(file);
  }

  /** A kernel module with the given {@code .modinfo} texts. */
  static byte[] module(List<String> info) {
    byte[] names = "\0.shstrtab\0.modinfo\0".getBytes(StandardCharsets.ISO_8859_1);
    byte[] texts = (String.join("\0", info) + "\0").getBytes(StandardCharsets.ISO_8859_1);
    int textsAt = HEADER + names.length;
    int table = textsAt + texts.length;
    ByteBuffer file = buffer(table + 3 * 64);
    file.putLong(40, table).putShort(58, (short) 64).putShort(60, (short) 3);
    file.putShort(62, (short) 1);
    file.put(HEADER, names).put(textsAt, texts);
    section(file, table + 64, 1, HEADER, names.length);
    section(file, table + 128, 11, textsAt, texts.length);
    return bytes(file);
  }

  private static byte[] bytes(ByteBuffer file) {
    byte[] bytes = new byte[file.capacity()];
    file.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer buffer(int size) {
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    return file;
  }

  private static void segment(
      ByteBuffer file, int at, int type, long offset, long address, long size) {
    file.putInt(at, type).putLong(at + 8, offset).putLong(at + 16, address);
    file.putLong(at + 32, size);
  }

  private static void section(ByteBuffer file, int at, int name, long offset, long size) {
    file.putInt(at, name).putLong(at + 24, offset).putLong(at + 32, size);
  }
}
