package dev.cloister.policy;

/**
 * The root file system of a container: its image, and what may be written over it.
 *
 * @param readOnly whether nothing may
 * @param upperMib what may be written in guest memory, MiB: 0 where read-only, else 1 to 65,536
 */
public record Rootfs(boolean readOnly, int upperMib) {

  /** What a container whose YAML says nothing may write. */
  public static final int DEFAULT_UPPER_MIB = 256;

  public Rootfs {
    Grammar.range(upperMib, readOnly ? 0 : 1, readOnly ? 0 : 65_536, "rootfs.upperMib");
  }
}
