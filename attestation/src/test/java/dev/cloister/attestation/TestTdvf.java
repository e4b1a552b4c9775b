package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A firmware of three pages with TDX metadata: the second page is code, the first configuration.
 */
final class TestTdvf {

  private record Section(int from, int length, long address, long size, int kind, int attributes) {}

  private final List<Section> sections = new ArrayList<>();
  int version = 1;
  int count = -1;
  int distance = 0x800;

  static TestTdvf good() {
    return new TestTdvf()
        .section(0x1000, 0x2000, 0xffffe000L, 0x2000, 0, 1)
        .section(0, 0x1000, 0xffffd000L, 0x1000, 1, 0)
        .section(0, 0, 0x810000, 0x10000, 3, 0)
        .section(0, 0, 0x80b000, 0x2000, 3, 0)
        .section(0, 0, 0x809000, 0x2000, 2, 0)
        .section(0, 0, 0x800000, 0x6000, 3, 0);
  }

  TestTdvf section(int from, int length, long address, long size, int kind, int attributes) {
    sections.add(new Section(from, length, address, size, kind, attributes));
    return this;
  }

  Bytes build() {
    int size = 0x3000;
    ByteBuffer image = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0x123, (byte) 5).put(0x1234, (byte) 7);
    int at = size - 0x800;
    image.put(at, "TDVF".getBytes(StandardCharsets.US_ASCII));
    image.putInt(at + 4, 16 + 32 * sections.size()).putInt(at + 8, version);
    image.putInt(at + 12, count < 0 ? sections.size() : count);
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      image.position(at + 16 + 32 * i);
      image.putInt(section.from()).putInt(section.length());
      image.putLong(section.address()).putLong(section.size());
      image.putInt(section.kind()).putInt(section.attributes());
    }
    int end = size - 32;
    entry(image, end, "96b582de-1fb2-45f7-baea-a366c55a082d", 18 + 22);
    entry(image, end - 18, "e47a6535-984a-4798-865e-4685a7bf8ec2", 22);
    image.putInt(end - 40, distance);
    return Bytes.of(image.array());
  }

  private static void entry(ByteBuffer image, int end, String guid, int length) {
    image.put(end - 16, FirmwareTable.guid(guid).toArray()).putShort(end - 18, (short) length);
  }
}
