package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Path;

/**
 * A read-only image disk.
 *
 * @param root what the disk claims to be: its dm-verity root, 64 lower-case hexadecimal digits. The
 *     guest finds it by the first 20 digits (the disk's serial) and believes only the verity tree.
 * @param file the disk
 */
public record ImageDisk(String root, Path file) {

  public ImageDisk {
    if (!root.matches("[0-9a-f]{64}")) {
      throw new CloisterException(
          NodeError.BAD_SPEC, "disks[].root", "must be 64 lower-case hexadecimal digits");
    }
  }

  /** The virtio-blk serial. */
  public String serial() {
    return root.substring(0, 20);
  }
}
