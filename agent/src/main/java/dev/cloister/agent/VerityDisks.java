package dev.cloister.agent;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ImagePin;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Opens image disks through dm-verity (Linux, include/uapi/linux/dm-ioctl.h and
 * Documentation/admin-guide/device-mapper/verity.rst) and mounts what is inside. A block that does
 * not hash to the pinned root is an I/O error at the moment it would be read.
 */
final class VerityDisks {

  private static final int HEADER = 312;
  private static final int TARGET = 40;
  private static final int SIZE = 1024;
  private static final long CREATE = request(3);
  private static final long REMOVE = request(4);
  private static final long SUSPEND = request(6);
  private static final long LOAD = request(9);
  private static final int READ_ONLY = 1;
  private static final long SECTORS_PER_BLOCK = 8;

  private final Machine machine;
  private final String directory;

  /**
   * @param directory where images are mounted
   */
  VerityDisks(Machine machine, String directory) {
    this.machine = machine;
    this.directory = directory;
  }

  private static long request(int number) {
    return 3L << 30 | (long) HEADER << 16 | 0xfd << 8 | number;
  }

  /** Where the image with this root is mounted, or will be. */
  String mountPoint(ImagePin pin) {
    return directory + "/" + pin.verityRoot();
  }

  /** Waits for the disk, opens it with the pinned root and mounts it. */
  void open(ImagePin pin, long waitMillis) {
    String disk = machine.disk(pin.serial(), waitMillis);
    String target = mountPoint(pin);
    String name = "image-" + pin.serial();
    int control = Kernel.open("/dev/mapper/control", Kernel.READ_WRITE_CLOSE_ON_EXEC);
    try (Arena arena = Arena.ofConfined()) {
      String number = machine.deviceNumber(disk);
      command(arena, control, CREATE, name, 0);
      try {
        loadTable(arena, control, name, number, pin);
        long device = command(arena, control, SUSPEND, name, READ_ONLY);
        SmallFile.makeDirectory(target);
        String node = "/dev/dm-" + minor(device);
        machine.awaitFile(node, 5000);
        Kernel.mount(node, target, "erofs", Kernel.READ_ONLY | Kernel.NO_DEVICES, "");
      } catch (CloisterException e) {
        command(arena, control, REMOVE, name, 0);
        throw new CloisterException(e.code(), "images[" + pin.serial() + "]", e.detail(), e);
      }
    } catch (IOException e) {
      throw new CloisterException(AgentError.DISK, disk, String.valueOf(e.getMessage()), e);
    } finally {
      Kernel.close(control);
    }
  }

  private static void loadTable(
      Arena arena, int control, String name, String number, ImagePin pin) {
    MemorySegment call = header(arena, name, READ_ONLY);
    call.set(JAVA_INT, 20, 1);
    call.set(JAVA_LONG_UNALIGNED, HEADER + 8, pin.dataBlocks() * SECTORS_PER_BLOCK);
    text(call, HEADER + 24, "verity");
    text(
        call,
        HEADER + TARGET,
        "1 "
            + number
            + " "
            + number
            + " 4096 4096 "
            + pin.dataBlocks()
            + " "
            + (pin.dataBlocks() + 1)
            + " sha256 "
            + pin.verityRoot()
            + " -");
    Kernel.ioctl("device mapper table", control, LOAD, call);
  }

  private static long command(Arena arena, int control, long request, String name, int flags) {
    MemorySegment call = header(arena, name, flags);
    Kernel.ioctl("device mapper", control, request, call);
    return call.get(JAVA_LONG_UNALIGNED, 40);
  }

  private static MemorySegment header(Arena arena, String name, int flags) {
    MemorySegment call = arena.allocate(SIZE, 8);
    call.set(JAVA_INT, 0, 4);
    call.set(JAVA_INT, 12, SIZE);
    call.set(JAVA_INT, 16, HEADER);
    call.set(JAVA_INT, 28, flags);
    text(call, 48, name);
    return call;
  }

  private static void text(MemorySegment target, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, target, JAVA_BYTE, at, bytes.length);
  }

  private static long minor(long device) {
    return (device & 0xff) | ((device >> 12) & 0xfff00);
  }
}
