/** Container images as read-only disks that dm-verity checks block by block. */
module dev.cloister.image {
  requires com.github.luben.zstd_jni;
  requires transitive dev.cloister.encoding;
  requires java.net.http;
  requires static transitive org.jspecify;

  exports dev.cloister.image;
}
