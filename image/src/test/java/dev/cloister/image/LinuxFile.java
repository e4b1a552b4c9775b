package dev.cloister.image;

import static java.util.Objects.requireNonNull;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file as Linux shows it, with all extended attributes (Java shows those of users only). */
record LinuxFile(
    int mode,
    int uid,
    int gid,
    int links,
    long size,
    FileTime mtime,
    long inode,
    SortedMap<String, Bytes> xattrs) {

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MethodHandle LIST =
      handle("llistxattr", ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG);
  private static final MethodHandle GET =
      handle("lgetxattr", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG);

  static LinuxFile of(Path file) throws IOException {
    Map<String, Object> found = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
    return new LinuxFile(
        (Integer) requireNonNull(found.get("mode")),
        (Integer) requireNonNull(found.get("uid")),
        (Integer) requireNonNull(found.get("gid")),
        (Integer) requireNonNull(found.get("nlink")),
        (Long) requireNonNull(found.get("size")),
        (FileTime) requireNonNull(found.get("lastModifiedTime")),
        (Long) requireNonNull(found.get("ino")),
        xattrs(file));
  }

  private static SortedMap<String, Bytes> xattrs(Path file) {
    SortedMap<String, Bytes> found = new TreeMap<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(file.toString());
      MemorySegment buffer = arena.allocate(70_000);
      long listed = (long) LIST.invoke(path, buffer, buffer.byteSize());
      String names = new String(bytes(buffer, listed), StandardCharsets.UTF_8);
      for (String name : names.split("\0", -1)) {
        if (!name.isEmpty()) {
          MemorySegment wanted = arena.allocateFrom(name);
          long got = (long) GET.invoke(path, wanted, buffer, buffer.byteSize());
          found.put(name, Bytes.of(bytes(buffer, got)));
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return found;
  }

  private static byte[] bytes(MemorySegment buffer, long length) {
    return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  // Foreign functions are the only way to attributes other than user.*; tests run with the access.
  @SuppressWarnings("restricted")
  private static MethodHandle handle(String name, java.lang.foreign.MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(LONG, parameters));
  }
}
