package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one round: HKDF-SHA256 (RFC 5869) over exporter and KEM secret, salted with the
 * digest of messages 1 to 4. One key, one purpose.
 *
 * @param finishedInitiator confirms the initiator's view
 * @param finishedResponder confirms the responder's view
 * @param wrapInitiator secrets from initiator to responder
 * @param wrapResponder secrets from responder to initiator
 */
record RoundKeys(
    Secret finishedInitiator, Secret finishedResponder, Secret wrapInitiator, Secret wrapResponder)
    implements AutoCloseable {

  private static final int SIZE = 32;

  /** Derives the keys and erases the KEM secret. */
  static RoundKeys derive(Secret exporter, Secret kem, Bytes messages) {
    byte[] exported = exporter.expose(SecretAccess.INSTANCE);
    byte[] encapsulated = kem.expose(SecretAccess.INSTANCE);
    try {
      KDF hkdf = KDF.getInstance("HKDF-SHA256");
      SecretKey extracted =
          hkdf.deriveKey(
              "Generic",
              HKDFParameterSpec.ofExtract()
                  .addIKM(exported)
                  .addIKM(encapsulated)
                  .addSalt(messages.toArray())
                  .extractOnly());
      return new RoundKeys(
          expand(hkdf, extracted, "finished initiator"),
          expand(hkdf, extracted, "finished responder"),
          expand(hkdf, extracted, "wrap initiator"),
          expand(hkdf, extracted, "wrap responder"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks HKDF-SHA256", e);
    } finally {
      Arrays.fill(exported, (byte) 0);
      Arrays.fill(encapsulated, (byte) 0);
      kem.close();
    }
  }

  private static Secret expand(KDF hkdf, SecretKey extracted, String use)
      throws GeneralSecurityException {
    byte[] info = Transcript.of("cloister/channel/key/v1").add(use).toBytes().toArray();
    return Secret.takeFrom(hkdf.deriveData(HKDFParameterSpec.expandOnly(extracted, info, SIZE)));
  }

  /** HMAC-SHA256 over the digest of messages 1 to 4. */
  static Bytes finished(Secret key, Bytes messages) {
    byte[] raw = key.expose(SecretAccess.INSTANCE);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(raw, "HmacSHA256"));
      return Bytes.of(mac.doFinal(messages.toArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  @Override
  public void close() {
    finishedInitiator.close();
    finishedResponder.close();
    wrapInitiator.close();
    wrapResponder.close();
  }
}
