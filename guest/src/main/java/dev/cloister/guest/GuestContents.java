package dev.cloister.guest;

import java.util.List;

/** What the guest image holds: files by package and kernel modules by purpose. */
final class GuestContents {

  /** Programs of the root; their libraries follow from what they need. */
  static final List<String> PROGRAMS =
      List.of(
          "usr/bin/crun",
          "usr/bin/ip",
          "usr/sbin/cryptsetup",
          "usr/sbin/e2fsck",
          "usr/sbin/haproxy",
          "usr/sbin/mke2fs",
          "usr/sbin/nft",
          "usr/sbin/veritysetup");

  /** Other files taken as they are. */
  static final List<String> FILES = List.of("etc/mke2fs.conf");

  /** Where certificates of public authorities are in their package. */
  static final String AUTHORITIES = "usr/share/ca-certificates/mozilla";

  /** Directories that are mount points or have to exist. */
  static final List<String> DIRECTORIES =
      List.of("dev", "mnt", "proc", "root", "run", "sys", "tmp", "var");

  /** Modules that the init loads before there is a root, in this order, with what they need. */
  static final List<String> INITRD_MODULES = List.of("virtio_blk", "dm_verity", "erofs");

  /** Modules for network, its rules and containers, loaded behind the agent's start. */
  static final List<String> BOOT_MODULES =
      List.of(
          "nf_tables",
          "nft_ct",
          "nft_reject_inet",
          "nft_log",
          "nft_limit",
          "overlay",
          "virtio_net",
          "veth",
          "nft_chain_nat",
          "nft_nat",
          "nft_masq",
          "nft_redir",
          "nft_socket",
          "nft_tproxy",
          "nft_fib_inet");

  /** Modules for hardware evidence of SEV-SNP. */
  static final List<String> SNP_MODULES = List.of("configfs", "tsm", "sev-guest");

  /** Modules for encrypted volumes with integrity, loaded when the first one is opened. */
  static final List<String> VOLUME_MODULES =
      List.of(
          "aesni-intel",
          "sha256-ssse3",
          "xts",
          "authenc",
          "dm-crypt",
          "dm-integrity",
          "af_alg",
          "algif_skcipher",
          "algif_aead");

  private static final String PASSWD =
      """
      root:x:0:0:root:/root:/nonexistent
      haproxy:x:101:101::/nonexistent:/nonexistent
      nobody:x:65534:65534::/nonexistent:/nonexistent
      """;

  private static final String GROUP =
      """
      root:x:0:
      haproxy:x:101:
      nogroup:x:65534:
      """;

  /** Small files of our own. */
  static final List<Text> TEXTS =
      List.of(
          new Text("etc/passwd", PASSWD),
          new Text("etc/group", GROUP),
          new Text("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
          new Text("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"));

  /** Links of our own. */
  static final List<Text> LINKS =
      List.of(
          new Text("bin", "usr/bin"),
          new Text("lib", "usr/lib"),
          new Text("lib64", "usr/lib64"),
          new Text("sbin", "usr/sbin"),
          new Text("etc/mtab", "/proc/mounts"),
          new Text("etc/resolv.conf", "/run/resolv.conf"));

  private GuestContents() {}

  /**
   * A file or link of our own.
   *
   * @param path where it is
   * @param text its content, or where it points
   */
  record Text(String path, String text) {}
}
