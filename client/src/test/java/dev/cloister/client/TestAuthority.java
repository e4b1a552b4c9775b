package dev.cloister.client;

import static dev.cloister.encoding.DerWriter.bits;
import static dev.cloister.encoding.DerWriter.bool;
import static dev.cloister.encoding.DerWriter.context;
import static dev.cloister.encoding.DerWriter.element;
import static dev.cloister.encoding.DerWriter.integer;
import static dev.cloister.encoding.DerWriter.octets;
import static dev.cloister.encoding.DerWriter.oid;
import static dev.cloister.encoding.DerWriter.sequence;
import static dev.cloister.encoding.DerWriter.set;
import static dev.cloister.encoding.DerWriter.time;
import static dev.cloister.encoding.DerWriter.utf8;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.DerReader;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A CA with a P-256 key: root or mesh. */
record TestAuthority(String name, KeyPair keys, Bytes der) {

  private static final Bytes ECDSA = sequence(oid("1.2.840.10045.4.3.2"));
  private static final int DNS_NAME = 0x82;

  static TestAuthority root(String name) {
    KeyPair keys = pair();
    return new TestAuthority(name, keys, certificate(name, name, keys, keys.getPrivate(), ca()));
  }

  /** A CA that this one signed. */
  TestAuthority mesh(String subject) {
    KeyPair own = pair();
    return new TestAuthority(
        subject, own, certificate(name, subject, own, keys.getPrivate(), ca()));
  }

  /** The same key in a certificate that this other CA signed. */
  TestAuthority signedBy(TestAuthority other) {
    return new TestAuthority(
        name, keys, certificate(other.name, name, keys, other.keys.getPrivate(), ca()));
  }

  /** A certificate of this key that may not sign others. */
  TestAuthority withoutAuthority(TestAuthority issuer) {
    return new TestAuthority(
        name, keys, certificate(issuer.name, name, keys, issuer.keys.getPrivate(), List.of()));
  }

  Bytes keyDigest() {
    return Bytes.of(keys.getPublic().getEncoded()).sha256();
  }

  /** A TLS server whose certificate from this CA has these DNS names. */
  SSLContext server(String... dnsNames) throws Exception {
    KeyPair own = pair();
    Bytes leaf = certificate(name, "leaf", own, keys.getPrivate(), leafExtensions(dnsNames));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "leaf", own.getPrivate(), new char[0], new Certificate[] {parse(leaf), parse(der)});
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(factory.getKeyManagers(), null, Shop.RANDOM);
    return context;
  }

  private static List<Bytes> ca() {
    return List.of(
        sequence(oid("2.5.29.19"), bool(true), octets(sequence(bool(true)))),
        sequence(
            oid("2.5.29.15"),
            bool(true),
            octets(element(DerReader.BIT_STRING, Bytes.of(new byte[] {1, 0x06})))));
  }

  private static List<Bytes> leafExtensions(String... dnsNames) {
    List<Bytes> names = new ArrayList<>();
    for (String name : dnsNames) {
      names.add(element(DNS_NAME, Bytes.ofUtf8(name)));
    }
    return List.of(
        sequence(
            oid("2.5.29.37"), octets(sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2")))),
        sequence(oid("2.5.29.17"), octets(sequence(names.toArray(new Bytes[0])))));
  }

  private static Bytes certificate(
      String issuer, String subject, KeyPair own, PrivateKey signer, List<Bytes> more) {
    List<Bytes> fields =
        new ArrayList<>(
            List.of(
                context(0, integer(2)),
                integer(Shop.RANDOM.nextInt(1, Integer.MAX_VALUE)),
                ECDSA,
                distinguished(issuer),
                sequence(
                    time(Instant.parse("2026-01-01T00:00:00Z")),
                    time(Instant.parse("2099-01-01T00:00:00Z"))),
                distinguished(subject),
                Bytes.of(own.getPublic().getEncoded())));
    if (!more.isEmpty()) {
      fields.add(context(3, sequence(more.toArray(new Bytes[0]))));
    }
    Bytes body = sequence(fields.toArray(new Bytes[0]));
    return sequence(body, ECDSA, bits(sign(body, signer)));
  }

  private static Bytes distinguished(String commonName) {
    return sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));
  }

  private static Bytes sign(Bytes message, PrivateKey key) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(key);
      signer.update(message.toBuffer());
      return Bytes.of(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate parse(Bytes der) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der.toArray()));
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
