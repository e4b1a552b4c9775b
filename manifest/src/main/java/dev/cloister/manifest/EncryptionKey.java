package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Set;

/**
 * The X25519 key (RFC 7748) to which a recovery owner's share is encrypted. There is exactly one
 * accepted encoding of each key, so equal keys have equal bytes; it signs nothing.
 */
public final class EncryptionKey {

  /** SubjectPublicKeyInfo of X25519 up to the key (RFC 8410 section 4). */
  private static final String PREFIX = "302a300506032b656e032100";

  private static final int KEY_SIZE = 32;
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** The points of small order below p: with any of them the shared secret is zero. */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          new BigInteger(
              "325606250916557431795983626356110631294008115727848805560023387167927233504"),
          new BigInteger(
              "39382357235489614581723060781553021112529911719440698176882885853963445705823"));

  private final Bytes encoded;
  private final PublicKey key;

  private EncryptionKey(Bytes encoded, PublicKey key) {
    this.encoded = encoded;
    this.key = key;
  }

  /**
   * Reads a DER SubjectPublicKeyInfo.
   *
   * @param path names the key in errors
   * @throws CloisterException with {@link ManifestError#BAD_ENCRYPTION_KEY} where it is no X25519
   *     key, is not below the field's prime, or has a small order
   */
  public static EncryptionKey of(Bytes encoded, String path) {
    int prefix = PREFIX.length() / 2;
    if (encoded.size() != prefix + KEY_SIZE || !encoded.toHex().startsWith(PREFIX)) {
      throw new CloisterException(ManifestError.BAD_ENCRYPTION_KEY, path, "not an X25519 key");
    }
    BigInteger u = new BigInteger(1, encoded.slice(prefix, encoded.size()).reversed().toArray());
    if (u.compareTo(P) >= 0 || SMALL_ORDER.contains(u)) {
      throw new CloisterException(
          ManifestError.BAD_ENCRYPTION_KEY, path, "a point that gives no secret");
    }
    try {
      PublicKey key =
          KeyFactory.getInstance("X25519")
              .generatePublic(new X509EncodedKeySpec(encoded.toArray()));
      return new EncryptionKey(encoded, key);
    } catch (GeneralSecurityException e) {
      throw new CloisterException(ManifestError.BAD_ENCRYPTION_KEY, path, "not a valid key", e);
    }
  }

  /** The DER SubjectPublicKeyInfo. */
  public Bytes encoded() {
    return encoded;
  }

  /** SHA-256 of the SubjectPublicKeyInfo: what names the key in documents. */
  public Bytes digest() {
    return encoded.sha256();
  }

  /** The key for the JDK. */
  PublicKey key() {
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EncryptionKey that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  @Override
  public String toString() {
    return "X25519 " + digest().toHex().substring(0, 16);
  }
}
