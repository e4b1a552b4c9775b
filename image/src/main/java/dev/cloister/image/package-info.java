/**
 * Container images as disks (design D2): a registry client that checks every byte, the flattening
 * of layers, deterministic EROFS with a dm-verity hash tree, OCI layouts, and the store that keeps
 * the results by content.
 *
 * <p>A disk is one file: EROFS without compression in blocks of 4096 bytes, then one block with the
 * dm-verity superblock, then the hash tree (format 1, SHA-256, no salt). The number of data blocks
 * and the root hash decide every byte of it.
 *
 * <p>Names inside images are strings of bytes without an encoding. {@link
 * dev.cloister.image.FileTree} keeps each as a Java string of the characters 0 to 255, one for each
 * byte, so that the natural order of the strings is the order of the bytes; {@link
 * dev.cloister.image.ByteName} converts.
 */
@NullMarked
package dev.cloister.image;

import org.jspecify.annotations.NullMarked;
