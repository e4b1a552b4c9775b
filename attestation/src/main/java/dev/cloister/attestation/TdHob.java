package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The list of memory that QEMU writes for the firmware of a TD, and that the firmware measures
 * first (UEFI PI 1.8, volume 3, "HOB Code Definitions"; QEMU, hw/i386/tdvf-hob.c). Without the
 * entry that ends it.
 */
final class TdHob {

  private static final int HANDOFF = 56;
  private static final int RESOURCE = 48;
  private static final int END = 8;
  private static final int SYSTEM_MEMORY = 0;
  private static final int UNACCEPTED_MEMORY = 7;
  private static final int PRESENT_INITIALIZED_TESTED = 7;
  private static final long FOUR_GIB = 1L << 32;

  private TdHob() {}

  /** A range of guest memory that the launcher has accepted for the guest, or not. */
  private record Range(long from, long to, boolean accepted) {}

  /**
   * The list of a guest.
   *
   * @param memory of the guest in bytes
   */
  static Bytes of(TdvfFirmware firmware, GuestMemory memory) {
    List<Range> ranges = new ArrayList<>();
    ranges.add(new Range(0, memory.below4Gib(), false));
    for (TdvfFirmware.Section section : firmware.sections()) {
      if (section.kind() == TdvfFirmware.Kind.MEMORY_LIST
          || section.kind() == TdvfFirmware.Kind.TEMPORARY_MEMORY) {
        ranges = accept(ranges, section.address(), section.address() + section.size());
      }
    }
    if (memory.above4Gib() > 0) {
      ranges.add(new Range(FOUR_GIB, FOUR_GIB + memory.above4Gib(), false));
    }
    long start = firmware.only(TdvfFirmware.Kind.MEMORY_LIST).address();
    return write(ranges, start);
  }

  private static List<Range> accept(List<Range> before, long from, long to) {
    List<Range> after = new ArrayList<>();
    boolean inside = false;
    for (Range range : before) {
      if (range.accepted() || range.to() <= from || range.from() >= to) {
        after.add(range);
        continue;
      }
      inside |= range.from() <= from && to <= range.to();
      if (range.from() < from) {
        after.add(new Range(range.from(), from, false));
      }
      if (range.to() > to) {
        after.add(new Range(to, range.to(), false));
      }
    }
    if (!inside) {
      throw FirmwareTable.malformed("a section of memory overlaps another or lies outside memory");
    }
    after.add(new Range(from, to, true));
    after.sort(Comparator.comparingLong(Range::from));
    return after;
  }

  private static Bytes write(List<Range> ranges, long start) {
    int size = HANDOFF + RESOURCE * ranges.size();
    ByteBuffer list = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    list.putShort((short) 1).putShort((short) HANDOFF).putInt(0).putInt(9);
    list.putLong(HANDOFF - 8, start + size + END);
    list.position(HANDOFF);
    for (Range range : ranges) {
      int entry = list.position();
      list.putShort((short) 3).putShort((short) RESOURCE).putInt(0);
      list.position(entry + 24);
      list.putInt(range.accepted() ? SYSTEM_MEMORY : UNACCEPTED_MEMORY);
      list.putInt(PRESENT_INITIALIZED_TESTED);
      list.putLong(range.from()).putLong(range.to() - range.from());
    }
    return Bytes.of(list.array());
  }
}
