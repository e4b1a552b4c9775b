/**
 * The guest image (firmware, kernel, initrd, command line, dm-verity root) and OCI images, made
 * from Debian packages.
 *
 * <p>Trust starts at the fingerprints of Debian's archive keys: {@link
 * dev.cloister.guest.InRelease} checks a signed index, the index names every package with its
 * SHA-256, {@link dev.cloister.guest.GuestLock} keeps those in the source tree, and a build takes
 * nothing but bytes with locked digests. What a build runs (jlink, the dump of the class archive,
 * the compiler of the guest's init) comes out of locked packages too and runs inside their own root
 * without network, so that the host decides nothing about the bytes.
 *
 * <p>Everything here blocks and is meant for one thread per build; values are immutable.
 */
@NullMarked
package dev.cloister.guest;

import org.jspecify.annotations.NullMarked;
