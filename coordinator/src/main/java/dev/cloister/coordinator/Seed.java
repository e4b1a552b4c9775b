package dev.cloister.coordinator;

import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.DeploymentPin;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The one secret of a deployment: 32 random bytes, from which every key and secret that must stay
 * the same over restarts derives with HKDF-SHA256 (RFC 5869), each under a length-framed context of
 * its own. It leaves the Coordinator as encrypted shares only.
 */
final class Seed implements AutoCloseable {

  static final int SIZE = 32;

  private static final int WORKLOAD_SECRET_SIZE = 32;
  private static final int SEAL_KEY_SIZE = 32;

  private final DeploymentPin pin;
  private final Secret value;

  private Seed(DeploymentPin pin, Secret value) {
    this.pin = pin;
    this.value = value;
  }

  /** A new one. */
  static Seed generate(DeploymentPin pin, SecureRandom random) {
    byte[] raw = new byte[SIZE];
    random.nextBytes(raw);
    return new Seed(pin, Secret.takeFrom(raw));
  }

  /** One that was rebuilt; the secret belongs to it from now on. */
  static Seed of(DeploymentPin pin, Secret value) {
    if (value.size() != SIZE) {
      throw new IllegalArgumentException("a seed of " + value.size() + " bytes");
    }
    return new Seed(pin, value);
  }

  DeploymentPin pin() {
    return pin;
  }

  /** The seed itself, to be split. */
  Secret value() {
    return value;
  }

  /**
   * Material for the key of the root CA.
   *
   * @param size bytes
   */
  Secret rootKey(int size) {
    return derive(context("cloister/root-ca/v1"), size);
  }

  /** The secret of this id, 32 bytes: the same for each workload that the manifest gives it. */
  Secret workloadSecret(String id) {
    return derive(context("cloister/workload-secret/v1").add(id), WORKLOAD_SECRET_SIZE);
  }

  /** The key that seals what is written to the store. */
  Secret sealKey() {
    return derive(context("cloister/coordinator-seal/v1"), SEAL_KEY_SIZE);
  }

  private Transcript context(String domain) {
    return Transcript.of(domain).add(pin.digest());
  }

  private Secret derive(Transcript context, int size) {
    byte[] raw = value.expose(SecretAccess.INSTANCE);
    try {
      return Secret.takeFrom(
          KDF.getInstance("HKDF-SHA256")
              .deriveData(
                  HKDFParameterSpec.ofExtract()
                      .addIKM(raw)
                      .thenExpand(context.toBytes().toArray(), size)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF is in every Java 25", e);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  @Override
  public void close() {
    value.close();
  }
}
