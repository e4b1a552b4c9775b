package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;

/** Kinds of owners' keys, each with the one accepted encoding of its SubjectPublicKeyInfo. */
public enum KeyAlgorithm {
  /** ECDSA over P-256 (RFC 5480 section 2.1.1.1, secp256r1), uncompressed point. */
  P256(
      "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
      64,
      "EC",
      "secp256r1",
      "SHA256withECDSA",
      72),
  /** ECDSA over P-384 (secp384r1), uncompressed point. */
  P384(
      "3076301006072a8648ce3d020106052b8104002203620004",
      96,
      "EC",
      "secp384r1",
      "SHA384withECDSA",
      104),
  /** Ed25519 (RFC 8410 section 4). */
  ED25519("302a300506032b6570032100", 32, "Ed25519", "", "Ed25519", 64);

  private final String prefix;
  private final int keySize;
  private final String family;
  private final String curve;
  private final String signature;
  private final int maxSignature;

  KeyAlgorithm(
      String prefix, int keySize, String family, String curve, String signature, int maxSignature) {
    this.prefix = prefix;
    this.keySize = keySize;
    this.family = family;
    this.curve = curve;
    this.signature = signature;
    this.maxSignature = maxSignature;
  }

  /** Whether the DER bytes are a SubjectPublicKeyInfo of this kind, by form. */
  boolean matches(Bytes publicKeyInfo) {
    return publicKeyInfo.size() == prefixSize() + keySize
        && publicKeyInfo.toHex().startsWith(prefix);
  }

  /** The bytes of the key alone: point coordinates, or the Ed25519 key. */
  Bytes keyOf(Bytes publicKeyInfo) {
    return publicKeyInfo.slice(prefixSize(), publicKeyInfo.size());
  }

  private int prefixSize() {
    return prefix.length() / 2;
  }

  /** The JDK's name of the algorithm's key factory. */
  String family() {
    return family;
  }

  /** The JDK's name of the curve; empty for Ed25519. */
  String curve() {
    return curve;
  }

  /** The JDK's name of the one signature algorithm of such keys. */
  String signature() {
    return signature;
  }

  /** The most bytes of a signature: DER of two numbers (RFC 3279), or those of Ed25519. */
  int maxSignature() {
    return maxSignature;
  }
}
