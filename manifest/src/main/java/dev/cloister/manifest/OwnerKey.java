package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * The public key of an owner of a deployment. There is exactly one accepted encoding of each key,
 * so equal keys have equal bytes.
 */
public final class OwnerKey {

  private final KeyAlgorithm algorithm;
  private final Bytes encoded;
  private final PublicKey key;

  private OwnerKey(KeyAlgorithm algorithm, Bytes encoded, PublicKey key) {
    this.algorithm = algorithm;
    this.encoded = encoded;
    this.key = key;
  }

  /**
   * Reads a DER SubjectPublicKeyInfo.
   *
   * @param path names the key in errors
   * @throws CloisterException with {@link ManifestError#BAD_KEY} where it is not of a known kind
   *     and form, or its point is not on the curve
   */
  public static OwnerKey of(Bytes encoded, String path) {
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      if (algorithm.matches(encoded)) {
        return new OwnerKey(algorithm, encoded, decode(algorithm, encoded, path));
      }
    }
    throw new CloisterException(ManifestError.BAD_KEY, path, "not a key of a known kind and form");
  }

  private static PublicKey decode(KeyAlgorithm algorithm, Bytes encoded, String path) {
    try {
      if (!algorithm.curve().isEmpty() && !isOnCurve(algorithm, algorithm.keyOf(encoded))) {
        throw new CloisterException(ManifestError.BAD_KEY, path, "the point is not on its curve");
      }
      return KeyFactory.getInstance(algorithm.family())
          .generatePublic(new X509EncodedKeySpec(encoded.toArray()));
    } catch (GeneralSecurityException e) {
      throw new CloisterException(ManifestError.BAD_KEY, path, "not a valid key", e);
    }
  }

  /** Whether y² = x³ + ax + b over the curve's field, both coordinates below its prime. */
  private static boolean isOnCurve(KeyAlgorithm algorithm, Bytes point)
      throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec(algorithm.curve()));
    ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
    if (!(curve.getCurve().getField() instanceof ECFieldFp field)) {
      return false;
    }
    BigInteger p = field.getP();
    int half = point.size() / 2;
    BigInteger x = new BigInteger(1, point.slice(0, half).toArray());
    BigInteger y = new BigInteger(1, point.slice(half, point.size()).toArray());
    BigInteger right =
        x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB()).mod(p);
    return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
  }

  /** The kind of key. */
  public KeyAlgorithm algorithm() {
    return algorithm;
  }

  /** The DER SubjectPublicKeyInfo. */
  public Bytes encoded() {
    return encoded;
  }

  /** SHA-256 of the SubjectPublicKeyInfo: what names the key in documents. */
  public Bytes digest() {
    return encoded.sha256();
  }

  /** The key for verification with the JDK. */
  public PublicKey key() {
    return key;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OwnerKey that && encoded.equals(that.encoded);
  }

  @Override
  public int hashCode() {
    return encoded.hashCode();
  }

  @Override
  public String toString() {
    return algorithm + " " + encoded.sha256().toHex().substring(0, 16);
  }
}
