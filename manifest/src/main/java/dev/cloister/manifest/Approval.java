package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.security.GeneralSecurityException;
import java.security.Signature;

/**
 * One owner's consent to a transition: made here, or outside from {@link Transition#signedBytes},
 * for example by a hardware module or {@code openssl dgst -sha384 -sign}.
 */
public final class Approval {

  private Approval() {}

  /** Signs. Ask {@link SigningRecord} first. */
  public static OwnerSignature sign(Transition transition, OwnerSigner signer) {
    return new OwnerSignature(signer.key().digest(), signer.sign(transition.signedBytes()));
  }

  /**
   * Takes a signature that was made elsewhere.
   *
   * @throws CloisterException with {@link ManifestError#BAD_SIGNATURE} where it is not one of the
   *     owner over this transition
   */
  public static OwnerSignature of(Transition transition, OwnerKey owner, Bytes signature) {
    OwnerSignature approval = new OwnerSignature(owner.digest(), signature);
    check(transition.signedBytes(), owner, approval);
    return approval;
  }

  /** Checks a signature of the owner whose key it names. */
  static void check(Bytes signedBytes, OwnerKey owner, OwnerSignature signature) {
    if (!verifies(owner, signedBytes, signature.signature())) {
      throw new CloisterException(
          ManifestError.BAD_SIGNATURE,
          "signatures[" + signature.key().toHex() + "]",
          "does not hold for this statement");
    }
  }

  /** Whether the signature is one of the key over the message, in the key's one algorithm. */
  static boolean verifies(OwnerKey owner, Bytes message, Bytes signature) {
    if (signature.size() > owner.algorithm().maxSignature()) {
      return false;
    }
    try {
      Signature check = Signature.getInstance(owner.algorithm().signature());
      check.initVerify(owner.key());
      check.update(message.toBuffer());
      return check.verify(signature.toArray());
    } catch (GeneralSecurityException e) {
      // Not of the form of a signature; the JDK says so by an exception.
      return false;
    }
  }
}
