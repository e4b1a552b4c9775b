package dev.cloister.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** Signs release indexes as an archive does, with a key of its own. */
final class TestSigner {

  /** Making a key takes a second, so all tests share two. */
  private static final Map<String, TestSigner> SIGNERS = new HashMap<>();

  private final BcPGPKeyPair key;

  /** The signer that the tests trust. */
  static TestSigner trusted() throws PGPException {
    return named("trusted");
  }

  /** Some other signer. */
  static TestSigner other() throws PGPException {
    return named("other");
  }

  private static synchronized TestSigner named(String name) throws PGPException {
    TestSigner known = SIGNERS.get(name);
    if (known == null) {
      known = new TestSigner();
      SIGNERS.put(name, known);
    }
    return known;
  }

  private TestSigner() throws PGPException {
    RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
    generator.init(
        new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), 2048, 80));
    this.key =
        new BcPGPKeyPair(
            PublicKeyPacket.VERSION_4,
            PublicKeyAlgorithmTags.RSA_GENERAL,
            generator.generateKeyPair(),
            Date.from(Instant.EPOCH));
  }

  /** The key set that trusts this signer. */
  ReleaseKeys keys() throws IOException {
    ByteArrayOutputStream armored = new ByteArrayOutputStream();
    try (ArmoredOutputStream out = new ArmoredOutputStream(armored)) {
      key.getPublicKey().encode(out);
    }
    String fingerprint = HexFormat.of().formatHex(key.getPublicKey().getFingerprint());
    return ReleaseKeys.of(armored.toByteArray(), Set.of(fingerprint));
  }

  /** The cleartext-signed message of the lines. */
  byte[] sign(String text) throws IOException, PGPException {
    return sign(text, PGPSignature.CANONICAL_TEXT_DOCUMENT, HashAlgorithmTags.SHA512);
  }

  byte[] sign(String text, int type, int hash) throws IOException, PGPException {
    PGPSignatureGenerator generator =
        new PGPSignatureGenerator(
            new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.RSA_GENERAL, hash),
            key.getPublicKey());
    generator.init(type, key.getPrivateKey());
    generator.update(
        text.replaceAll("[ \t]+\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream signature = new ByteArrayOutputStream();
    try (ArmoredOutputStream out = new ArmoredOutputStream(signature)) {
      generator.generate().encode(out);
    }
    String message =
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
            + text.replaceAll("(?m)^-", "- -")
            + "\n"
            + signature.toString(StandardCharsets.US_ASCII);
    return message.getBytes(StandardCharsets.UTF_8);
  }
}
