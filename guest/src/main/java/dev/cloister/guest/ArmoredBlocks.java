package dev.cloister.guest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Cuts a text of several armored OpenPGP blocks (RFC 4880, 6.2) into its blocks. */
final class ArmoredBlocks {

  private static final int MAX_BLOCKS = 16;

  private ArmoredBlocks() {}

  /** Each block from its {@code BEGIN} line to its {@code END} line. */
  static List<byte[]> split(byte[] armored) {
    List<byte[]> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (String line : new String(armored, StandardCharsets.US_ASCII).split("\r?\n", -1)) {
      block.append(line).append('\n');
      if (line.startsWith("-----END ") && blocks.size() < MAX_BLOCKS) {
        blocks.add(block.toString().getBytes(StandardCharsets.US_ASCII));
        block.setLength(0);
      }
    }
    return blocks;
  }
}
