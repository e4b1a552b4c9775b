package dev.cloister.channel;

import static dev.cloister.encoding.DerWriter.bits;
import static dev.cloister.encoding.DerWriter.context;
import static dev.cloister.encoding.DerWriter.integer;
import static dev.cloister.encoding.DerWriter.oid;
import static dev.cloister.encoding.DerWriter.sequence;
import static dev.cloister.encoding.DerWriter.set;
import static dev.cloister.encoding.DerWriter.time;
import static dev.cloister.encoding.DerWriter.utf8;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;

/**
 * A certificate that says nothing but its key: self-signed, P-256, made for one connection. Its
 * dates are fixed and wide (RFC 5280 section 4.1.2.5), because the host sets the clocks.
 */
record ChannelCertificate(PrivateKey privateKey, X509Certificate certificate) {

  private static final Bytes ALGORITHM = sequence(oid("1.2.840.10045.4.3.2"));
  private static final Bytes NAME =
      sequence(set(sequence(oid("2.5.4.3"), utf8("cloister channel"))));
  private static final Bytes VALIDITY =
      sequence(time(Instant.EPOCH), time(Instant.parse("9999-12-31T23:59:59Z")));

  /** SubjectPublicKeyInfo of an uncompressed point on P-256, up to the point's coordinates. */
  private static final Bytes P256 =
      Bytes.ofHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final int KEY_SIZE = 91;
  private static final int MAX_SIZE = 1024;

  static ChannelCertificate generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return of(generator.generateKeyPair(), random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  static ChannelCertificate of(KeyPair pair, SecureRandom random) throws GeneralSecurityException {
    byte[] serial = new byte[16];
    random.nextBytes(serial);
    Bytes body =
        sequence(
            context(0, integer(2)),
            integer(new BigInteger(1, serial).setBit(0)),
            ALGORITHM,
            NAME,
            VALIDITY,
            NAME,
            Bytes.of(pair.getPublic().getEncoded()));
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate(), random);
    signer.update(body.toBuffer());
    Bytes whole = sequence(body, ALGORITHM, bits(Bytes.of(signer.sign())));
    return new ChannelCertificate(pair.getPrivate(), parse(whole));
  }

  private static X509Certificate parse(Bytes der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(der.toArray()));
  }

  Bytes publicKey() {
    return keyOf(certificate);
  }

  static Bytes keyOf(X509Certificate certificate) {
    return Bytes.of(certificate.getPublicKey().getEncoded());
  }

  /** Refuses what is not one small self-signed certificate with a P-256 key. */
  static void require(X509Certificate[] chain) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(chain.length + " certificates instead of one");
    }
    X509Certificate only = chain[0];
    if (only.getEncoded().length > MAX_SIZE) {
      throw new CertificateException(only.getEncoded().length + " bytes of certificate");
    }
    Bytes key = keyOf(only);
    if (key.size() != KEY_SIZE || !key.slice(0, P256.size()).equals(P256)) {
      throw new CertificateException("the key is not on P-256");
    }
    try {
      only.verify(only.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the certificate is not self-signed", e);
    }
  }
}
