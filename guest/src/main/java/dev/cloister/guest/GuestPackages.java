package dev.cloister.guest;

import java.util.Set;
import java.util.TreeSet;

/**
 * The Debian packages that the guest image is made of, by what they are for. Dependencies are not
 * followed: the libraries of the programs are found by what the ELF files need, and every package
 * that holds one is named here.
 */
public final class GuestPackages {

  /** Depends on the newest kernel for virtual machines; the lock holds that kernel's package. */
  static final String KERNEL_META = "linux-image-cloud-amd64";

  /** The firmware that emulation boots. */
  static final Set<String> FIRMWARE = Set.of("seabios");

  /** What every dynamic program needs. */
  static final Set<String> C_LIBRARY = Set.of("libc6", "libgcc-s1", "libstdc++6", "zlib1g");

  /** Programs of the root and their libraries. */
  static final Set<String> ROOT =
      union(
          C_LIBRARY,
          Set.of(
              "ca-certificates",
              "crun",
              "cryptsetup-bin",
              "e2fsprogs",
              "haproxy",
              "iproute2",
              "libblkid1",
              "libbpf1",
              "libbsd0",
              "libcap2",
              "libcom-err2",
              "libcrypt1",
              "libcryptsetup12",
              "libdevmapper1.02.1",
              "libedit2",
              "libelf1t64",
              "libext2fs2t64",
              "libgmp10",
              "libjansson4",
              "libjemalloc2",
              "libjson-c5",
              "liblua5.4-0",
              "libmd0",
              "libmnl0",
              "libnftables1",
              "libnftnl11",
              "libopentracing-c-wrapper0t64",
              "libopentracing1",
              "libpcre2-8-0",
              "libpopt0",
              "libseccomp2",
              "libselinux1",
              "libssl3t64",
              "libsystemd0",
              "libtinfo6",
              "libudev1",
              "libuuid1",
              "libxtables12",
              "libyajl2",
              "libzstd1",
              "nftables"));

  /** The JDK whose jlink makes the guest's runtime. */
  static final Set<String> JDK =
      union(C_LIBRARY, Set.of("openjdk-25-jdk-headless", "openjdk-25-jre-headless"));

  /** The compiler of the guest's init. */
  static final Set<String> COMPILER =
      union(
          C_LIBRARY,
          Set.of(
              "binutils",
              "binutils-common",
              "binutils-x86-64-linux-gnu",
              "cpp-14-x86-64-linux-gnu",
              "gcc-14-x86-64-linux-gnu",
              "libbinutils",
              "libc6-dev",
              "libctf-nobfd0",
              "libctf0",
              "libgcc-14-dev",
              "libgmp10",
              "libisl23",
              "libjansson4",
              "libmpc3",
              "libmpfr6",
              "libsframe1",
              "libzstd1",
              "linux-libc-dev"));

  private GuestPackages() {}

  /** Every package name that the guest's lock file must resolve. */
  public static Set<String> all() {
    return union(union(ROOT, JDK), union(union(COMPILER, FIRMWARE), Set.of(KERNEL_META)));
  }

  private static Set<String> union(Set<String> left, Set<String> right) {
    Set<String> both = new TreeSet<>(left);
    both.addAll(right);
    return Set.copyOf(both);
  }
}
