package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.DecapsulateException;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * One share of a deployment's seed, encrypted to one recovery owner. A fresh key is agreed with
 * DHKEM(X25519, HKDF-SHA256) (RFC 9180 section 4.1), derived with HKDF-SHA256 (RFC 5869) over the
 * label, the owner's key and the encapsulation, and used once with AES-256-GCM. Whoever opens a
 * share knows what it is of; who made it, the document does not say: it comes through a channel
 * that does.
 *
 * @param label what it is of
 * @param owner SHA-256 of the owner's encryption key, 32 bytes
 * @param encapsulation 32 bytes
 * @param ciphertext the share and a tag of 16 bytes
 */
public record RecoveryShare(ShareLabel label, Bytes owner, Bytes encapsulation, Bytes ciphertext) {

  /** The schema that this version reads and writes; also the domain of the derived key. */
  public static final String SCHEMA = "cloister/recovery-share/v1";

  /** The most bytes of a share before encryption. */
  public static final int MAX_SHARE = 1024;

  private static final int ENCAPSULATION_SIZE = 32;
  private static final int TAG_SIZE = 16;
  private static final int KEY_SIZE = 32;
  private static final JsonBudget BUDGET = new JsonBudget(4 << 10, 1, 16);

  /** Zero is fine: each key is used for one message. */
  private static final byte[] NONCE = new byte[12];

  public RecoveryShare {
    if (owner.size() != 32) {
      throw unreadable("owner", "has not 32 bytes");
    }
    if (encapsulation.size() != ENCAPSULATION_SIZE) {
      throw unreadable("encapsulation", "has not " + ENCAPSULATION_SIZE + " bytes");
    }
    int size = ciphertext.size() - TAG_SIZE;
    if (size < 1 || size > MAX_SHARE) {
      throw unreadable("ciphertext", "holds not 1 to " + MAX_SHARE + " bytes");
    }
  }

  /**
   * Encrypts a share.
   *
   * @param share 1 to {@value #MAX_SHARE} bytes
   * @param random makes the ephemeral key
   */
  public static RecoveryShare encrypt(
      ShareLabel label, EncryptionKey owner, Secret share, SecureRandom random) {
    byte[] plain = share.expose(SecretAccess.INSTANCE);
    try {
      KEM.Encapsulated agreed =
          KEM.getInstance("DHKEM").newEncapsulator(owner.key(), random).encapsulate();
      Bytes encapsulation = Bytes.of(agreed.encapsulation());
      Bytes context = context(label, owner.digest(), encapsulation);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, agreed.key(), context);
      Bytes ciphertext = Bytes.of(cipher.doFinal(plain));
      return new RecoveryShare(label, owner.digest(), encapsulation, ciphertext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("X25519 and AES-GCM are in every Java 25", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Opens the share.
   *
   * @param pkcs8 DER PrivateKeyInfo of the owner's X25519 key, not encrypted
   * @throws CloisterException with {@link ManifestError#BAD_PRIVATE_KEY} or {@link
   *     ManifestError#SHARE_UNREADABLE}
   */
  public Secret decrypt(Secret pkcs8) {
    PrivateKey key = decode(pkcs8);
    try {
      SecretKey agreed =
          KEM.getInstance("DHKEM").newDecapsulator(key).decapsulate(encapsulation.toArray());
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, agreed, context(label, owner, encapsulation));
      return Secret.takeFrom(cipher.doFinal(ciphertext.toArray()));
    } catch (DecapsulateException | AEADBadTagException e) {
      throw new CloisterException(
          ManifestError.SHARE_UNREADABLE, "share " + label.index(), "does not open", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("X25519 and AES-GCM are in every Java 25", e);
    }
  }

  private static PrivateKey decode(Secret pkcs8) {
    byte[] encoded = pkcs8.expose(SecretAccess.INSTANCE);
    try {
      return KeyFactory.getInstance("X25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      // The cause is left out: nothing of a private key may reach a message.
      throw new CloisterException(ManifestError.BAD_PRIVATE_KEY, "", "is no X25519 key");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static Bytes context(ShareLabel label, Bytes owner, Bytes encapsulation) {
    return label.transcript(SCHEMA).add(owner).add(encapsulation).toBytes();
  }

  private static Cipher cipher(int mode, SecretKey agreed, Bytes context)
      throws GeneralSecurityException {
    SecretKey key =
        KDF.getInstance("HKDF-SHA256")
            .deriveKey(
                "AES",
                HKDFParameterSpec.ofExtract()
                    .addIKM(agreed)
                    .thenExpand(context.toArray(), KEY_SIZE));
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_SIZE, NONCE));
    cipher.updateAAD(context.toBuffer());
    return cipher;
  }

  /**
   * Reads a document of at most 4 KiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static RecoveryShare parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    ShareLabel label =
        new ShareLabel(
            new DeploymentPin(fields.hex("deployment", 32)),
            new Head(fields.integer("number", 1, Transition.MAX_NUMBER), fields.hex("head", 32)),
            (int) fields.integer("index", 1, ShareLabel.MAX_INDEX),
            (int) fields.integer("threshold", 1, Quorum.MAX_KEYS));
    RecoveryShare share =
        new RecoveryShare(
            label,
            fields.hex("owner", 32),
            Bytes.ofBase64(fields.string("encapsulation")),
            Bytes.ofBase64(fields.string("ciphertext")));
    fields.end();
    return share;
  }

  /** The document. */
  public Bytes document() {
    return Bytes.ofUtf8(
        JsonWriter.pretty(
            Json.object()
                .put("schema", SCHEMA)
                .put("deployment", label.deployment().toString())
                .put("number", label.head().number())
                .put("head", label.head().digest().toHex())
                .put("index", label.index())
                .put("threshold", label.threshold())
                .put("owner", owner.toHex())
                .put("encapsulation", encapsulation.toBase64())
                .put("ciphertext", ciphertext.toBase64())
                .build()));
  }

  private static CloisterException unreadable(String where, String detail) {
    return new CloisterException(ManifestError.SHARE_UNREADABLE, where, detail);
  }
}
