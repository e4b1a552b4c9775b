package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;

/** Reads and writes the user's files; every failure names the file. */
final class Disk {

  private Disk() {}

  /**
   * The whole file, which must have at most {@code limit} bytes.
   *
   * @throws CloisterException with {@link CliError#FILE_NOT_READABLE}
   */
  static Bytes read(Path file, int limit) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(limit + 1);
      if (content.length > limit) {
        throw notReadable(file, "has more than " + limit + " bytes");
      }
      return Bytes.of(content);
    } catch (NoSuchFileException e) {
      throw notReadable(file, "there is no such file");
    } catch (IOException e) {
      throw notReadable(file, reason(e));
    }
  }

  /**
   * The digest of a whole file of any size.
   *
   * @param algorithm one that every Java platform has, for example {@code SHA-256}
   * @throws CloisterException with {@link CliError#FILE_NOT_READABLE}
   */
  static Bytes digest(Path file, String algorithm) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      byte[] piece = new byte[1 << 16];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        digest.update(piece, 0, n);
      }
      return Bytes.of(digest.digest());
    } catch (NoSuchFileException e) {
      throw notReadable(file, "there is no such file");
    } catch (IOException e) {
      throw notReadable(file, reason(e));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the file as a whole: readers see the old content or the new, never a part. */
  static void write(Path file, Bytes content) {
    Path directory = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(directory);
      Path temporary = Files.createTempFile(directory, ".cloister", ".new");
      try {
        writeThrough(temporary, content);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new CloisterException(CliError.FILE_NOT_WRITABLE, file.toString(), reason(e), e);
    }
  }

  /** To the disk, not only to the kernel: a signing record must outlive a crash. */
  private static void writeThrough(Path file, Bytes content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = content.toBuffer();
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** Makes a directory that only its owner may enter, where it is missing. */
  static void makePrivateDirectory(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_WRITABLE, directory.toString(), "cannot make the directory", e);
    }
  }

  /** Writes a new file that only its owner may read, and overwrites {@code content} with zeros. */
  static void createSecret(Path file, byte[] content) {
    try (OutputStream out =
        Channels.newOutputStream(
            Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------"))))) {
      out.write(content);
    } catch (FileAlreadyExistsException e) {
      throw new CloisterException(CliError.FILE_EXISTS, file.toString(), "the file exists", e);
    } catch (IOException e) {
      throw new CloisterException(CliError.FILE_NOT_WRITABLE, file.toString(), reason(e), e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /** Removes a file that is there. */
  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new CloisterException(CliError.FILE_NOT_WRITABLE, file.toString(), reason(e), e);
    }
  }

  private static CloisterException notReadable(Path file, String detail) {
    return new CloisterException(CliError.FILE_NOT_READABLE, file.toString(), detail);
  }

  /** The reason alone: messages of file system exceptions begin with the file's name. */
  private static String reason(IOException e) {
    if (e instanceof java.nio.file.FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }
}
