package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Collection;

/** An owner's private key in this process. Safe for use by any thread. */
public final class OwnerSigner {

  private static final Bytes PROOF = Transcript.of("cloister/owner-key-proof/v1").toBytes();

  private final OwnerKey key;
  private final PrivateKey privateKey;

  private OwnerSigner(OwnerKey key, PrivateKey privateKey) {
    this.key = key;
    this.privateKey = privateKey;
  }

  /**
   * Reads a private key and finds out whose it is.
   *
   * @param pkcs8 DER PrivateKeyInfo (RFC 5958), not encrypted
   * @param owners the keys that it may belong to
   * @throws CloisterException with {@link ManifestError#BAD_PRIVATE_KEY} where it belongs to none
   */
  public static OwnerSigner of(Secret pkcs8, Collection<OwnerKey> owners) {
    for (OwnerKey owner : owners) {
      if (isOf(pkcs8, owner)) {
        return new OwnerSigner(owner, decode(pkcs8, owner.algorithm()));
      }
    }
    throw new CloisterException(
        ManifestError.BAD_PRIVATE_KEY, "", "belongs to none of " + owners.size() + " owners");
  }

  private static boolean isOf(Secret pkcs8, OwnerKey owner) {
    try {
      OwnerSigner signer = new OwnerSigner(owner, decode(pkcs8, owner.algorithm()));
      return Approval.verifies(owner, PROOF, signer.sign(PROOF));
    } catch (CloisterException e) {
      return false;
    }
  }

  private static PrivateKey decode(Secret pkcs8, KeyAlgorithm algorithm) {
    byte[] encoded = pkcs8.expose(SecretAccess.INSTANCE);
    try {
      return KeyFactory.getInstance(algorithm.family())
          .generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      // The cause is left out: nothing of a private key may reach a message.
      throw new CloisterException(ManifestError.BAD_PRIVATE_KEY, "", "is of another kind");
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** The public key. */
  public OwnerKey key() {
    return key;
  }

  /** The signature over the message in the key's one algorithm. */
  Bytes sign(Bytes message) {
    try {
      Signature signature = Signature.getInstance(key.algorithm().signature());
      signature.initSign(privateKey);
      signature.update(message.toBuffer());
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new CloisterException(ManifestError.BAD_PRIVATE_KEY, "", "cannot sign");
    }
  }

  @Override
  public String toString() {
    return "signer " + key;
  }
}
