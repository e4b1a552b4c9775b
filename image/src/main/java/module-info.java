/** Container images as read-only disks that dm-verity checks block by block. */
module dev.cloister.image {
  requires transitive dev.cloister.encoding;
  requires static transitive org.jspecify;

  exports dev.cloister.image;
}
