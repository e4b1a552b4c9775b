package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A copy of a file in memory that nobody can change any more, not even this process: a memfd with
 * all seals. The file is read once, from one open description, so that what was measured is what
 * QEMU loads, whatever becomes of the file on disk.
 */
final class SealedFile implements AutoCloseable {

  private static final int MFD_CLOEXEC = 1;
  private static final int MFD_ALLOW_SEALING = 2;
  private static final int F_ADD_SEALS = 1033;
  private static final int ALL_SEALS = 0x0f; // SEAL, SHRINK, GROW, WRITE
  private static final int CHUNK = 1 << 20;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MEMFD_CREATE =
      function(
          "memfd_create",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  private static final MethodHandle FCNTL =
      function(
          "fcntl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int descriptor;
  private final Bytes sha256;
  private boolean closed;

  private SealedFile(int descriptor, Bytes sha256) {
    this.descriptor = descriptor;
    this.sha256 = sha256;
  }

  /**
   * Copies and seals a file.
   *
   * @param role what it is, for errors
   * @param maxBytes more is refused
   */
  static SealedFile copyOf(Path file, String role, long maxBytes) {
    int descriptor = create(role);
    boolean sealed = false;
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
        FileChannel out = FileChannel.open(pathOf(descriptor), StandardOpenOption.WRITE)) {
      Bytes digest = copy(in, out, role, maxBytes);
      if (call(FCNTL, descriptor, F_ADD_SEALS, ALL_SEALS) != 0) {
        throw new CloisterException(SimulatorError.SEALED_MEMORY, role, "sealing failed");
      }
      sealed = true;
      return new SealedFile(descriptor, digest);
    } catch (IOException e) {
      throw new CloisterException(SimulatorError.FILE_UNREADABLE, role, file.toString(), e);
    } finally {
      if (!sealed) {
        call(CLOSE, descriptor);
      }
    }
  }

  private static Bytes copy(FileChannel in, FileChannel out, String role, long maxBytes)
      throws IOException {
    MessageDigest digest = digest("SHA-256");
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    long total = 0;
    while (in.read(chunk) >= 0) {
      total += chunk.flip().remaining();
      if (total > maxBytes) {
        throw new CloisterException(
            SimulatorError.FILE_TOO_LARGE, role, "more than " + maxBytes + " bytes");
      }
      digest.update(chunk.duplicate());
      while (chunk.hasRemaining()) {
        out.write(chunk);
      }
      chunk.clear();
    }
    return Bytes.of(digest.digest());
  }

  /** SHA-256 of the bytes. */
  Bytes sha256() {
    return sha256;
  }

  /** SHA-384 of the bytes, read back from the sealed copy. */
  Bytes sha384() {
    MessageDigest digest = digest("SHA-384");
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    try (FileChannel in = FileChannel.open(pathOf(descriptor), StandardOpenOption.READ)) {
      while (in.read(chunk) >= 0) {
        digest.update(chunk.flip());
        chunk.clear();
      }
      return Bytes.of(digest.digest());
    } catch (IOException e) {
      throw notReadBack(e);
    }
  }

  /** All the bytes, read back from the sealed copy. */
  Bytes content() {
    try (FileChannel in = FileChannel.open(pathOf(descriptor), StandardOpenOption.READ)) {
      ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(in.size()));
      while (all.hasRemaining() && in.read(all) >= 0) {
        // A file in memory is read whole in a few turns.
      }
      return Bytes.of(all.array());
    } catch (IOException e) {
      throw notReadBack(e);
    }
  }

  private static CloisterException notReadBack(IOException e) {
    return new CloisterException(SimulatorError.SEALED_MEMORY, "", "reading back failed", e);
  }

  /** The path under which another process of the same user opens it. */
  String path() {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      call(CLOSE, descriptor);
    }
  }

  private static int create(String role) {
    try (Arena arena = Arena.ofConfined()) {
      int made =
          (int)
              MEMFD_CREATE.invokeExact(
                  arena.allocateFrom("cloister-" + role), MFD_CLOEXEC | MFD_ALLOW_SEALING);
      if (made < 0) {
        throw new CloisterException(SimulatorError.SEALED_MEMORY, role, "memfd_create failed");
      }
      return made;
    } catch (CloisterException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }

  private static int call(MethodHandle function, int first, int second, int third) {
    try {
      return (int) function.invokeExact(first, second, third);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }

  private static int call(MethodHandle function, int only) {
    try {
      return (int) function.invokeExact(only);
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }

  // Restricted: the three functions have exactly the types given above (memfd_create(2), fcntl(2),
  // close(2)).
  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
  }

  private static Path pathOf(int descriptor) {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }
}
