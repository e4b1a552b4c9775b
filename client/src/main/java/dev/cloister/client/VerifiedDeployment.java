package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.Manifest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A deployment that was verified from its pin, and TLS to its workloads.
 *
 * <pre>{@code
 * VerifyOptions options = VerifyOptions.rememberingIn(KnownHeadsFile.ofUser(System.getenv()));
 * VerifiedDeployment shop = VerifiedDeployment.verify(pin, address, options);
 * SSLContext tls = shop.sslContext("web.default");
 * }</pre>
 *
 * <p>It stands for the moment of its verification. Verify again from time to time, and when a
 * connection is refused: mesh CAs change with the owners' transitions. Immutable.
 */
public final class VerifiedDeployment {

  private final VerifiedCoordinator coordinator;
  private final Findings findings;

  private VerifiedDeployment(VerifiedCoordinator coordinator, Findings findings) {
    this.coordinator = coordinator;
    this.findings = findings;
  }

  /**
   * Verifies a deployment, and remembers its newest transition before it returns.
   *
   * @param pin the deployment
   * @param address where its Coordinator is said to be
   * @throws CloisterException as {@link CoordinatorClient#verify} and {@link
   *     CoordinatorLink#verify}; with {@link ClientError#MEMORY_UNUSABLE} where it cannot remember
   */
  public static VerifiedDeployment verify(
      DeploymentPin pin, CoordinatorAddress address, VerifyOptions options) {
    return verify(pin, address, options, InstantSource.system(), new SecureRandom());
  }

  /** The same with another clock and randomness. */
  public static VerifiedDeployment verify(
      DeploymentPin pin,
      CoordinatorAddress address,
      VerifyOptions options,
      InstantSource clock,
      SecureRandom random) {
    Trust trust = trust(pin, options, clock);
    VerifiedCoordinator verified =
        options.https()
            ? overHttps(address, trust, options, random)
            : overChannel(address, trust, options, random);
    for (KnownHeadsFile memory : options.memories()) {
      memory.remember(verified.history());
    }
    return new VerifiedDeployment(verified, Findings.of(verified, !trust.floors().isEmpty()));
  }

  private static Trust trust(DeploymentPin pin, VerifyOptions options, InstantSource clock) {
    Trust trust = Trust.of(pin, clock);
    if (options.allowSimulated()) {
      trust = trust.allowingSimulated();
    }
    for (Floor floor : options.floors()) {
      trust = trust.withFloor(floor);
    }
    for (KnownHeadsFile memory : options.memories()) {
      trust = memory.recall(trust);
    }
    return trust;
  }

  private static VerifiedCoordinator overChannel(
      CoordinatorAddress address, Trust trust, VerifyOptions options, SecureRandom random) {
    CoordinatorClient client = new CoordinatorClient(trust, options.limits(), random);
    try (CoordinatorLink link = client.verify(address)) {
      return link.verify(options.keeper());
    }
  }

  private static VerifiedCoordinator overHttps(
      CoordinatorAddress address, Trust trust, VerifyOptions options, SecureRandom random) {
    byte[] fresh = new byte[AttestDocument.NONCE_SIZE];
    random.nextBytes(fresh);
    Bytes nonce = Bytes.of(fresh);
    AttestDocument answer = new HttpsAttest(options.limits(), random).ask(address, nonce);
    VerifiedCoordinator verified = new AttestVerifier(trust).verify(nonce, answer);
    answer.history().forEach(options.keeper());
    return verified;
  }

  /** The Coordinator, the history and the CAs. */
  public VerifiedCoordinator coordinator() {
    return coordinator;
  }

  /** The deployment of the pin. */
  public Deployment deployment() {
    return coordinator.history().deployment();
  }

  /** What may run. */
  public Manifest manifest() {
    return coordinator.manifest();
  }

  /** What was shown and what was not, in words. */
  public Findings findings() {
    return findings;
  }

  /** What a client that keeps no memory file remembers instead. */
  public Floor floor() {
    return Floor.of(coordinator.history());
  }

  /**
   * TLS that connects to one workload only: its chain ends in a verified mesh CA, and its
   * certificate has its identity name. The address connected to does not matter.
   *
   * @param workload {@code WORKLOAD.NAMESPACE}, for example {@code web.default}
   * @throws CloisterException with {@link ClientError#IDENTITY_UNKNOWN} where the manifest lists no
   *     such workload
   */
  public SSLContext sslContext(String workload) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {trustManager(workload)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
  }

  /** The trust manager of {@link #sslContext}, for clients that make their own context. */
  public X509TrustManager trustManager(String workload) {
    IdentityName wanted = IdentityName.parse(workload, deployment());
    boolean listed =
        manifest().workloads().stream()
            .anyMatch(entry -> IdentityName.of(entry, deployment()).equals(wanted));
    if (!listed) {
      throw new CloisterException(
          ClientError.IDENTITY_UNKNOWN, workload, "is not in the manifest in force");
    }
    return new WorkloadTrustManager(chains(), wanted);
  }

  private X509TrustManager chains() {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      int number = 0;
      for (X509Certificate authority : coordinator.meshCertificates()) {
        anchors.setCertificateEntry("mesh-" + number++, authority);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(anchors);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager chains) {
          return chains;
        }
      }
      throw new IllegalStateException("PKIX without an X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform has PKIX", e);
    }
  }
}
