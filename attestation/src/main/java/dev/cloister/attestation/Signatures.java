package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import dev.cloister.encoding.DerWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The kinds of signature that evidence has. The provider given by the caller is used for what it
 * offers, the platform's for the rest. Keys, and signatures of certificates and lists that were
 * found good, are remembered by their bytes; nothing else is. For any thread.
 */
final class Signatures {

  private static final PSSParameterSpec PSS =
      new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
  private static final int MAX_KEYS = 256;
  private static final int MAX_DOCUMENTS = 128;

  private final Optional<Provider> provider;
  private final Memo<Encoded, PublicKey> keys = new Memo<>(MAX_KEYS);
  private final Memo<Signed, Boolean> good = new Memo<>(MAX_DOCUMENTS);

  /** How the signature of a document is written. */
  private enum Form {
    PSS,
    DER,
    PLAIN
  }

  /** A document with its signature, under a key. */
  private record Signed(Form form, Bytes spki, Bytes document, Bytes signature) {}

  /** A key as it stands in a certificate, and what it has to be. */
  private record Encoded(String kind, Bytes spki) {}

  Signatures(Optional<Provider> provider) {
    this.provider = provider;
  }

  /** Refuses a key that is not the RSA-4096 key of an authority. */
  static void requireAuthorityKey(PublicKey key, String role) {
    boolean right =
        key instanceof RSAPublicKey rsa
            && rsa.getModulus().bitLength() == 4096
            && rsa.getPublicExponent().equals(BigInteger.valueOf(65537));
    if (!right) {
      throw malformedKey(role, "not an RSA key of 4096 bits with exponent 65537");
    }
  }

  private PublicKey authorityKey(Bytes spki, String role) {
    return keys.get(
        new Encoded("RSA", spki),
        encoded -> {
          PublicKey key = key("RSA", encoded.spki(), role);
          requireAuthorityKey(key, role);
          return key;
        });
  }

  /** A key on the curve, from its SubjectPublicKeyInfo. */
  PublicKey pointKey(Curve curve, Bytes spki, String role) {
    return keys.get(
        new Encoded(curve.name(), spki),
        encoded -> {
          curve.requirePoint(encoded.spki(), "certificates." + role + ".publicKey");
          return key("EC", encoded.spki(), role);
        });
  }

  private PublicKey key(String algorithm, Bytes spki, String role) {
    try {
      return factory(algorithm).generatePublic(new X509EncodedKeySpec(spki.toArray()));
    } catch (GeneralSecurityException e) {
      throw malformedKey(role, "no " + algorithm + " key");
    }
  }

  private KeyFactory factory(String algorithm) throws NoSuchAlgorithmException {
    Provider chosen = provider.orElse(null);
    boolean ec = algorithm.equals("EC");
    return ec && chosen != null && chosen.getService("KeyFactory", algorithm) != null
        ? KeyFactory.getInstance(algorithm, chosen)
        : KeyFactory.getInstance(algorithm);
  }

  private static CloisterException malformedKey(String role, String detail) {
    return new CloisterException(
        AttestationError.CERTIFICATE_MALFORMED, "certificates." + role + ".publicKey", detail);
  }

  /** Whether the RSA key signed the document: a certificate or list of AMD. */
  boolean isSignedByAuthority(Bytes spki, Bytes document, Bytes signature, String role) {
    return remembered(
        new Signed(Form.PSS, spki, document, signature),
        signed -> isPss(authorityKey(signed.spki(), role), signed.document(), signed.signature()));
  }

  private boolean isPss(PublicKey key, Bytes message, Bytes signature) {
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
   * Whether the P-256 key signed the document: a certificate or list of Intel.
   *
   * @param signature DER of the two numbers
   */
  boolean isSignedInDer(Bytes spki, Bytes document, Bytes signature, String role) {
    return remembered(
        new Signed(Form.DER, spki, document, signature),
        signed -> {
          DerReader outer = DerReader.of(signed.signature(), role + ".signature", 256);
          DerReader numbers = outer.enter(DerReader.SEQUENCE);
          outer.end();
          BigInteger r = numbers.integer();
          BigInteger s = numbers.integer();
          numbers.end();
          return isSigned(
              Curve.P256, pointKey(Curve.P256, signed.spki(), role), signed.document(), r, s);
        });
  }

  /**
   * Whether the P-256 key signed the document: collateral of Intel.
   *
   * @param signature 64 bytes, both numbers big-endian
   */
  boolean isSignedInPlain(Bytes spki, Bytes document, Bytes signature, String role) {
    return remembered(
        new Signed(Form.PLAIN, spki, document, signature),
        signed ->
            isSigned(
                Curve.P256,
                pointKey(Curve.P256, signed.spki(), role),
                signed.document(),
                signed.signature()));
  }

  private boolean remembered(Signed signed, Predicate<Signed> check) {
    return good.find(signed, value -> check.test(value) ? Optional.of(true) : Optional.empty())
        .isPresent();
  }

  /**
   * Whether the key on the curve signed the message.
   *
   * @param signature both numbers big-endian, one after the other
   */
  boolean isSigned(Curve curve, PublicKey key, Bytes message, Bytes signature) {
    int size = curve.size();
    return signature.size() == 2 * size
        && isSigned(
            curve,
            key,
            message,
            new BigInteger(1, signature.slice(0, size).toArray()),
            new BigInteger(1, signature.slice(size, 2 * size).toArray()));
  }

  /** The same; refused here, before any provider, unless 0 &lt; r, s &lt; order. */
  private boolean isSigned(Curve curve, PublicKey key, Bytes message, BigInteger r, BigInteger s) {
    if (!curve.isScalar(r) || !curve.isScalar(s)) {
      return false;
    }
    Bytes der = DerWriter.sequence(DerWriter.integer(r), DerWriter.integer(s));
    try {
      Signature verifier = verifier(curve.signature());
      verifier.initVerify(key);
      verifier.update(message.toBuffer());
      return verifier.verify(der.toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Signature verifier(String algorithm) throws GeneralSecurityException {
    Provider chosen = provider.orElse(null);
    return chosen != null && chosen.getService("Signature", algorithm) != null
        ? Signature.getInstance(algorithm, chosen)
        : Signature.getInstance(algorithm);
  }
}
