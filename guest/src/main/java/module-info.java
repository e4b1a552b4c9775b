/**
 * Builds the guest image and OCI images, bit for bit reproducibly, from Debian packages that a lock
 * file pins.
 */
module dev.cloister.guest {
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.image;
  requires org.apache.commons.compress;
  requires org.bouncycastle.pg;
  requires org.bouncycastle.provider;
  requires org.tukaani.xz;
  requires static transitive org.jspecify;

  exports dev.cloister.guest;
}
