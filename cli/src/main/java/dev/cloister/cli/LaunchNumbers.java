package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;

/** Numbers in launch parameters, as QEMU's options have them. */
final class LaunchNumbers {

  private LaunchNumbers() {}

  /** A whole number, in hexadecimal with {@code 0x} before it. */
  static long number(String field, String text) {
    try {
      return text.startsWith("0x") || text.startsWith("0X")
          ? Long.parseUnsignedLong(text.substring(2), 16)
          : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new CloisterException(
          CliError.WRONG_USE, field, "must be a number, in hexadecimal with 0x before it", e);
    }
  }

  /** A size in bytes; M, G and T after it mean MiB, GiB and TiB. */
  static long size(String field, String text) {
    int last = text.isEmpty() ? 0 : text.charAt(text.length() - 1);
    int shift =
        switch (last) {
          case 'M' -> 20;
          case 'G' -> 30;
          case 'T' -> 40;
          default -> 0;
        };
    long count = number(field, shift == 0 ? text : text.substring(0, text.length() - 1));
    if (count < 0 || count > Long.MAX_VALUE >> shift) {
      throw new CloisterException(CliError.WRONG_USE, field, "no machine has so much memory");
    }
    return count << shift;
  }
}
