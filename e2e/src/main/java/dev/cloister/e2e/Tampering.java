package dev.cloister.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of files with one bit changed. */
final class Tampering {

  private static final int BLOCK = 4096;
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private Tampering() {}

  /** A copy in which the lowest bit of the byte at {@code offset} is the other one. */
  static Path flip(Path file, long offset, Path copy) {
    try {
      Files.copy(file, copy);
      try (RandomAccessFile out = new RandomAccessFile(copy.toFile(), "rw")) {
        out.seek(offset);
        int before = out.read();
        out.seek(offset);
        out.write(before ^ 1);
      }
      return copy;
    } catch (IOException e) {
      throw Stage.failed(copy.toString(), e);
    }
  }

  /** Where the first program lies: the first block that begins with the magic of ELF. */
  static long firstProgram(Path disk) {
    byte[] block = new byte[BLOCK];
    try (RandomAccessFile in = new RandomAccessFile(disk.toFile(), "r")) {
      for (long at = 0; at + BLOCK <= in.length(); at += BLOCK) {
        in.seek(at);
        in.readFully(block);
        if (java.util.Arrays.equals(block, 0, ELF.length, ELF, 0, ELF.length)) {
          return at;
        }
      }
      throw new IOException("no program in it");
    } catch (IOException e) {
      throw Stage.failed(disk.toString(), e);
    }
  }

  /** Where the text first stands in the first 64 KiB. */
  static long find(Path file, String text) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] head = new byte[(int) Math.min(in.length(), 64 << 10)];
      in.readFully(head);
      int at = new String(head, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
      if (at < 0) {
        throw new IOException("does not hold " + text);
      }
      return at;
    } catch (IOException e) {
      throw Stage.failed(file.toString(), e);
    }
  }
}
