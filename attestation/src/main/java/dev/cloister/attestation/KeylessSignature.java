package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/**
 * Public keys under which one fixed signature is right for one message, found by public key
 * recovery (SEC 1, section 4.1.6). The point of the signature comes out of a hash, so nobody knows
 * its logarithm nor the private half of any of these keys: a key vouches for its one message, as a
 * hash would, and there is nothing to keep secret or to steal. Nothing here is secret, so nothing
 * needs constant time.
 */
final class KeylessSignature {

  private static final ECParameterSpec P384 = p384();
  private static final BigInteger PRIME =
      ((java.security.spec.ECFieldFp) P384.getCurve().getField()).getP();
  private static final BigInteger ORDER = P384.getOrder();
  private static final BigInteger A = P384.getCurve().getA();
  private static final ECPoint POINT = hashedPoint();
  private static final BigInteger R = POINT.getAffineX().mod(ORDER);
  private static final BigInteger S = hash("s", 0).mod(ORDER);

  /** The signature that all these keys have in common. */
  static final IdAuthentication.Ecdsa SIGNATURE = new IdAuthentication.Ecdsa(bytes(R), bytes(S));

  private KeylessSignature() {}

  /** The key under which {@link #SIGNATURE} is right for the message: (s·R − e·G) / r. */
  static IdAuthentication.Key keyFor(Bytes message) {
    BigInteger e = new BigInteger(1, message.sha384().toArray());
    BigInteger inverse = R.modInverse(ORDER);
    ECPoint key =
        add(
            times(S.multiply(inverse).mod(ORDER), POINT),
            times(e.negate().multiply(inverse).mod(ORDER), P384.getGenerator()));
    if (key.equals(ECPoint.POINT_INFINITY)) {
      throw new IllegalStateException("a message whose hash nobody could have found");
    }
    return new IdAuthentication.Key(bytes(key.getAffineX()), bytes(key.getAffineY()));
  }

  /** The first point whose abscissa is the hash of a counter. */
  private static ECPoint hashedPoint() {
    for (int counter = 0; ; counter++) {
      BigInteger x = hash("R", counter).mod(PRIME);
      BigInteger square = x.multiply(x).add(A).multiply(x).add(P384.getCurve().getB()).mod(PRIME);
      // The prime is 3 modulo 4, so this is the root where there is one.
      BigInteger y = square.modPow(PRIME.add(BigInteger.ONE).shiftRight(2), PRIME);
      if (y.multiply(y).mod(PRIME).equals(square)) {
        return new ECPoint(x, y);
      }
    }
  }

  private static BigInteger hash(String what, int counter) {
    Bytes label = Bytes.ofUtf8("cloister/keyless-id-block/v1 " + what + " " + counter);
    return new BigInteger(1, label.sha384().toArray());
  }

  private static ECPoint times(BigInteger factor, ECPoint point) {
    ECPoint sum = ECPoint.POINT_INFINITY;
    for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
      sum = add(sum, sum);
      sum = factor.testBit(bit) ? add(sum, point) : sum;
    }
    return sum;
  }

  private static ECPoint add(ECPoint left, ECPoint right) {
    if (left.equals(ECPoint.POINT_INFINITY)) {
      return right;
    }
    if (right.equals(ECPoint.POINT_INFINITY)) {
      return left;
    }
    BigInteger x1 = left.getAffineX();
    BigInteger y1 = left.getAffineY();
    BigInteger x2 = right.getAffineX();
    BigInteger y2 = right.getAffineY();
    if (x1.equals(x2) && y1.add(y2).mod(PRIME).signum() == 0) {
      return ECPoint.POINT_INFINITY;
    }
    BigInteger slope =
        x1.equals(x2)
            ? quotient(x1.multiply(x1).multiply(BigInteger.valueOf(3)).add(A), y1.shiftLeft(1))
            : quotient(y2.subtract(y1), x2.subtract(x1));
    BigInteger x = slope.multiply(slope).subtract(x1).subtract(x2).mod(PRIME);
    return new ECPoint(x, slope.multiply(x1.subtract(x)).subtract(y1).mod(PRIME));
  }

  private static BigInteger quotient(BigInteger dividend, BigInteger divisor) {
    return dividend.multiply(divisor.modInverse(PRIME)).mod(PRIME);
  }

  private static Bytes bytes(BigInteger value) {
    byte[] text = value.toByteArray();
    byte[] fixed = new byte[48];
    int kept = Math.min(text.length, fixed.length);
    System.arraycopy(text, text.length - kept, fixed, fixed.length - kept, kept);
    return Bytes.of(fixed);
  }

  private static ECParameterSpec p384() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp384r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-384", e);
    }
  }
}
