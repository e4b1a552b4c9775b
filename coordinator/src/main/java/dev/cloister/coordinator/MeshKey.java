package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;

/** The key that a pod wants a certificate for: P-256, in its one encoding, a point of the curve. */
final class MeshKey {

  /** SubjectPublicKeyInfo of P-256 up to the point, and the mark of an uncompressed point. */
  private static final Bytes PREFIX =
      Bytes.ofHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

  private static final int SIZE = 91;
  private static final int POINT_SIZE = 65;
  private static final int MAX_PROOF = 80;

  private final Bytes encoded;
  private final PublicKey key;

  private MeshKey(Bytes encoded, PublicKey key) {
    this.encoded = encoded;
    this.key = key;
  }

  /**
   * Reads a SubjectPublicKeyInfo.
   *
   * @throws CloisterException with {@link CoordinatorError#BAD_MESH_KEY}
   */
  static MeshKey of(Bytes encoded) {
    if (encoded.size() != SIZE || !encoded.slice(0, PREFIX.size()).equals(PREFIX)) {
      throw bad("publicKey", "is no P-256 key with an uncompressed point");
    }
    try {
      // The JDK does not look whether the point is on the curve.
      P256.DOMAIN.getCurve().decodePoint(encoded.slice(SIZE - POINT_SIZE, SIZE).toArray());
      return new MeshKey(
          encoded,
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded.toArray())));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new CloisterException(
          CoordinatorError.BAD_MESH_KEY, "publicKey", "is no point of P-256", e);
    }
  }

  Bytes encoded() {
    return encoded;
  }

  /** Exactly what the pod signs with the key. */
  static Bytes proven(DeploymentPin pin, Head head, Bytes key) {
    return Transcript.of("cloister/join/v1")
        .add(pin.digest())
        .add(head.number())
        .add(head.digest())
        .add(key)
        .toBytes();
  }

  /** Whether the proof is this key's, about this deployment and transition. */
  boolean isProven(Bytes proof, DeploymentPin pin, Head head) {
    if (proof.isEmpty() || proof.size() > MAX_PROOF) {
      throw bad("proof", proof.size() + " bytes");
    }
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key);
      signature.update(proven(pin, head, encoded).toArray());
      return signature.verify(proof.toArray());
    } catch (SignatureException e) {
      throw new CloisterException(CoordinatorError.BAD_MESH_KEY, "proof", "is no signature", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has ECDSA", e);
    }
  }

  private static CloisterException bad(String path, String detail) {
    return new CloisterException(CoordinatorError.BAD_MESH_KEY, path, detail);
  }
}
