package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * The two kinds of signature that evidence has. The provider given by the caller is used for what
 * it offers, the platform's for the rest.
 */
final class Signatures {

  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);

  /** SubjectPublicKeyInfo of a P-384 key up to its uncompressed point (RFC 5480). */
  private static final Bytes P384_HEAD =
      Bytes.ofHex("3076301006072a8648ce3d020106052b8104002203620004");

  /** Order of P-384 (SEC 2, section 2.5.1). */
  private static final BigInteger P384_ORDER =
      new BigInteger(
          "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
          16);

  private final Optional<Provider> provider;

  Signatures(Optional<Provider> provider) {
    this.provider = provider;
  }

  /** The RSA-4096 key of an authority. */
  static PublicKey authorityKey(Bytes spki, String role) {
    PublicKey key = key("RSA", spki, role);
    boolean right =
        key instanceof RSAPublicKey rsa
            && rsa.getModulus().bitLength() == 4096
            && rsa.getPublicExponent().equals(BigInteger.valueOf(65537));
    if (!right) {
      throw malformedKey(role, "not an RSA key of 4096 bits with exponent 65537");
    }
    return key;
  }

  /** The P-384 key that signs reports. */
  static PublicKey reportKey(Bytes spki, String role) {
    boolean right =
        spki.size() == P384_HEAD.size() + 96 && spki.slice(0, P384_HEAD.size()).equals(P384_HEAD);
    if (!right) {
      throw malformedKey(role, "not an uncompressed key on P-384");
    }
    return key("EC", spki, role);
  }

  private static PublicKey key(String algorithm, Bytes spki, String role) {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePublic(new X509EncodedKeySpec(spki.toArray()));
    } catch (GeneralSecurityException e) {
      throw malformedKey(role, "no " + algorithm + " key");
    }
  }

  private static CloisterException malformedKey(String role, String detail) {
    return new CloisterException(
        AttestationError.CERTIFICATE_MALFORMED, "certificates." + role + ".publicKey", detail);
  }

  /** Whether the authority's key signed the message. */
  boolean isSignedByAuthority(PublicKey key, Bytes message, Bytes signature) {
    try {
      Signature verifier = verifier("RSASSA-PSS");
      verifier.setParameter(PSS);
      verifier.initVerify(key);
      verifier.update(message.toBuffer());
      return verifier.verify(signature.toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /**
   * Whether the P-384 key signed the message.
   *
   * @param r 48 bytes big-endian; refused here unless 0 &lt; r &lt; order
   * @param s the same
   */
  boolean isSignedByReportKey(PublicKey key, Bytes message, Bytes r, Bytes s) {
    BigInteger first = new BigInteger(1, r.toArray());
    BigInteger second = new BigInteger(1, s.toArray());
    if (!isScalar(first) || !isScalar(second)) {
      return false;
    }
    Bytes der = DerWriter.sequence(DerWriter.integer(first), DerWriter.integer(second));
    try {
      Signature verifier = verifier("SHA384withECDSA");
      verifier.initVerify(key);
      verifier.update(message.toBuffer());
      return verifier.verify(der.toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isScalar(BigInteger value) {
    return value.signum() > 0 && value.compareTo(P384_ORDER) < 0;
  }

  private Signature verifier(String algorithm) throws GeneralSecurityException {
    Provider chosen = provider.orElse(null);
    return chosen != null && chosen.getService("Signature", algorithm) != null
        ? Signature.getInstance(algorithm, chosen)
        : Signature.getInstance(algorithm);
  }
}
