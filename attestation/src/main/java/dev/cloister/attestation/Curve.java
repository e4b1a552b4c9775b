package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.math.BigInteger;

/**
 * A curve that evidence is signed on: y² = x³ - 3x + b (SEC 2, sections 2.4.2 and 2.5.1; FIPS
 * 186-5). There are two, and no other is made.
 *
 * @param name its name
 * @param signature the signature algorithm on it, with the hash that goes with it
 * @param size length of a coordinate or scalar in bytes
 * @param head SubjectPublicKeyInfo up to the coordinates of an uncompressed point (RFC 5480)
 * @param prime of its field
 * @param b of its equation
 * @param order of its group
 */
record Curve(
    String name,
    String signature,
    int size,
    Bytes head,
    BigInteger prime,
    BigInteger b,
    BigInteger order) {

  /** Intel's. */
  static final Curve P256 =
      of(
          "P-256",
          "SHA256withECDSA",
          32,
          "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
          "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
          "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
          "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

  /** AMD's. */
  static final Curve P384 =
      of(
          "P-384",
          "SHA384withECDSA",
          48,
          "3076301006072a8648ce3d020106052b8104002203620004",
          "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
          "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
          "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973");

  private static final BigInteger THREE = BigInteger.valueOf(3);

  private static Curve of(
      String name, String signature, int size, String head, String prime, String b, String order) {
    return new Curve(
        name,
        signature,
        size,
        Bytes.ofHex(head),
        new BigInteger(prime, 16),
        new BigInteger(b, 16),
        new BigInteger(order, 16));
  }

  /** Whether the number may stand in a signature: at least one, below the order. */
  boolean isScalar(BigInteger value) {
    return value.signum() > 0 && value.compareTo(order) < 0;
  }

  /** SubjectPublicKeyInfo of the point with these coordinates (RFC 5480). */
  Bytes spki(Bytes coordinates) {
    return Bytes.concat(head, coordinates);
  }

  /**
   * Refuses a SubjectPublicKeyInfo that is not an uncompressed point of this curve.
   *
   * @throws CloisterException with {@link AttestationError#CERTIFICATE_MALFORMED}
   */
  void requirePoint(Bytes spki, String path) {
    boolean right =
        spki.size() == head.size() + 2 * size
            && spki.slice(0, head.size()).equals(head)
            && isPoint(spki.slice(head.size(), spki.size()));
    if (!right) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_MALFORMED, path, "not an uncompressed key on " + name);
    }
  }

  /** Whether y² = x³ - 3x + b holds, with both below the prime. */
  private boolean isPoint(Bytes coordinates) {
    BigInteger x = new BigInteger(1, coordinates.slice(0, size).toArray());
    BigInteger y = new BigInteger(1, coordinates.slice(size, 2 * size).toArray());
    BigInteger right = x.multiply(x).subtract(THREE).multiply(x).add(b).mod(prime);
    return x.compareTo(prime) < 0
        && y.compareTo(prime) < 0
        && y.multiply(y).mod(prime).equals(right);
  }
}
