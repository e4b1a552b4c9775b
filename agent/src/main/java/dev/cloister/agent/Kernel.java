package dev.cloister.agent;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cloister.encoding.CloisterException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of Linux on x86-64 that Java has no other way to make, all through {@code syscall(2)}: one
 * shape of call is linked once, which takes seconds under emulation and is therefore done ahead of
 * need, by {@link #warmUp}. Blocks natively: callers are platform threads.
 */
final class Kernel {

  static final long READ_ONLY = 1;
  static final long NO_SUID = 2;
  static final long NO_DEVICES = 4;
  static final long BIND = 4096;
  static final long NEW_UTS = 0x0400_0000;
  static final long NEW_IPC = 0x0800_0000;
  static final long NEW_NETWORK = 0x4000_0000;
  static final long READ_WRITE_CLOSE_ON_EXEC = 02 | 02000000;

  private static final long OPEN = 2;
  private static final long CLOSE = 3;
  private static final long IOCTL = 16;
  private static final long GETPID = 39;
  private static final long WAIT4 = 61;
  private static final long KILL = 62;
  private static final long CHMOD = 90;
  private static final long CHOWN = 92;
  private static final long MKNOD = 133;
  private static final long MOUNT = 165;
  private static final long UMOUNT2 = 166;
  private static final long SETHOSTNAME = 170;
  private static final long UNSHARE = 272;
  private static final long FIFO = 0010000;
  private static final int INTERRUPTED = 4;

  private static final MethodHandle SYSCALL = link();

  private Kernel() {}

  // syscall(2) itself cannot be called wrongly; its arguments are this class's alone.
  @SuppressWarnings("restricted")
  private static MethodHandle link() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor shape =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        shape,
        Linker.Option.captureCallState("errno"));
  }

  /** Links the one native call, so that the first one that matters is quick. */
  static void warmUp() {
    call("getpid", "", GETPID, 0, 0, 0, 0, 0);
  }

  static void mount(String source, String target, String type, long flags, String options) {
    try (Arena arena = Arena.ofConfined()) {
      long data = options.isEmpty() ? 0 : arena.allocateFrom(options).address();
      call(
          "mount",
          target,
          MOUNT,
          arena.allocateFrom(source).address(),
          arena.allocateFrom(target).address(),
          arena.allocateFrom(type).address(),
          flags,
          data);
    }
  }

  /** Takes a mount away, or detaches it where it is in use. */
  static void unmount(String target) {
    try (Arena arena = Arena.ofConfined()) {
      call("umount2", target, UMOUNT2, arena.allocateFrom(target).address(), 2, 0, 0, 0);
    }
  }

  static void makeFifo(String path) {
    try (Arena arena = Arena.ofConfined()) {
      long mode = FIFO | 0600;
      call("mknod", path, MKNOD, arena.allocateFrom(path).address(), mode, 0, 0, 0);
    }
  }

  static void changeMode(String path, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      call("chmod", path, CHMOD, arena.allocateFrom(path).address(), mode, 0, 0, 0);
    }
  }

  static void changeOwner(String path, long user, long group) {
    try (Arena arena = Arena.ofConfined()) {
      call("chown", path, CHOWN, arena.allocateFrom(path).address(), user, group, 0, 0);
    }
  }

  /** Gives the calling thread namespaces of its own. */
  static void unshare(long kinds) {
    call("unshare", "", UNSHARE, kinds, 0, 0, 0, 0);
  }

  /** Sets the name in the calling thread's UTS namespace. */
  static void setHostname(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      call("sethostname", "", SETHOSTNAME, text.address(), text.byteSize() - 1, 0, 0, 0);
    }
  }

  static void kill(int pid, int signal) {
    call("kill", "", KILL, pid, signal, 0, 0, 0);
  }

  /**
   * Waits for the end of a child.
   *
   * @return 0 to 255: its exit code, or 128 and the number of the signal that ended it
   */
  static int await(int pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment status = arena.allocate(JAVA_INT);
      call("wait4", "", WAIT4, pid, status.address(), 0, 0, 0);
      int bits = status.get(JAVA_INT, 0);
      return (bits & 0x7f) == 0 ? (bits >> 8) & 0xff : 128 + (bits & 0x7f);
    }
  }

  static int open(String path, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) call("open", path, OPEN, arena.allocateFrom(path).address(), flags, 0, 0, 0);
    }
  }

  static void close(int descriptor) {
    call("close", "", CLOSE, descriptor, 0, 0, 0, 0);
  }

  static void ioctl(String what, int descriptor, long request, MemorySegment argument) {
    call(what, "", IOCTL, descriptor, request, argument.address(), 0, 0);
  }

  private static long call(
      String name, String where, long number, long a, long b, long c, long d, long e) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(JAVA_INT);
      while (true) {
        long result = (long) SYSCALL.invokeExact(error, number, a, b, c, d, e);
        if (result >= 0) {
          return result;
        }
        if (error.get(JAVA_INT, 0) != INTERRUPTED) {
          throw new CloisterException(
              AgentError.KERNEL, where, name + " failed with error " + error.get(JAVA_INT, 0));
        }
      }
    } catch (CloisterException refused) {
      throw refused;
    } catch (Throwable impossible) {
      throw new IllegalStateException(name, impossible);
    }
  }
}
