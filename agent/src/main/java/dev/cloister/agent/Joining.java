package dev.cloister.agent;

import dev.cloister.channel.Attester;
import dev.cloister.client.ClientError;
import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.Trust;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.PodMesh;
import dev.cloister.manifest.Workload;
import dev.cloister.policy.Grants;
import dev.cloister.rpc.RpcError;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the pod joined (design section 3 and 6.5), in a thread of its own: verifies the Coordinator
 * from the pod's own deployment and floor, proves the pod, gets a certificate for a fresh key, and
 * then waits on the same channel for the next transition or for the time to renew. What it has, it
 * keeps while a try fails; tries are spaced out.
 */
final class Joining implements Runnable {

  private static final Duration SILENCE = Duration.ofSeconds(75);
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final long SHORTEST_WAIT_MILLIS = 250;
  private static final long HISTORY_BYTES = 256L << 20;
  private static final String SECRET_LABEL = "workload-secret";

  private final Initdata initdata;
  private final Attester attester;
  private final Deployment deployment;
  private final Membership membership;
  private final Consumer<MeshUpdate> mesh;
  private final SecureRandom random = new SecureRandom();
  private final long begun = System.nanoTime();
  private final ClientLimits limits;
  private final Trust given;
  private Trust trust;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private @Nullable CoordinatorLink open;

  /**
   * @param initdata the pod's own, checked
   * @param attester makes evidence that speaks for the agent
   * @param mesh gets what each join says about the mesh
   * @param clock judges the certificates of the Coordinator's evidence
   */
  Joining(
      Initdata initdata,
      Attester attester,
      Membership membership,
      Consumer<MeshUpdate> mesh,
      InstantSource clock) {
    this.initdata = initdata;
    this.attester = attester;
    this.deployment = initdata.deployment();
    this.membership = membership;
    this.mesh = mesh;
    ClientLimits ofMode = ClientLimits.of(deployment.mode());
    this.limits = ofMode.withVerification(ofMode.verification(), HISTORY_BYTES);
    Trust known = Trust.of(deployment.pin(), clock);
    if (deployment.mode() == Mode.SIMULATED) {
      known = known.allowingSimulated();
    }
    if (initdata.floor().isPresent()) {
      known = known.withFloor(initdata.floor().get());
    }
    this.given = known;
    this.trust = known;
  }

  @Override
  public void run() {
    membership.whenMoved(this::leave);
    try {
      while (true) {
        Grants.Endpoint at = membership.awaitCoordinator();
        attempt(at);
        membership.pause(at, nextPause());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt(Grants.Endpoint at) throws InterruptedException {
    try {
      session(at);
    } catch (CloisterException e) {
      if (membership.failed(e)) {
        Console.say("join: " + e.getMessage());
      }
    } catch (RuntimeException e) {
      Console.say("join: " + e);
      membership.failed(new CloisterException(RpcError.INTERNAL, "join", "a mistake", e));
    }
  }

  /** Up to a quarter is left to chance, so that pods do not come all at once. */
  private long nextPause() {
    long pause = pauseMillis;
    pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
    return pause - random.nextLong(pause / 4);
  }

  /** The Coordinator is elsewhere now: whoever waits on the old link waits in vain. */
  private void leave() {
    CoordinatorLink link = link();
    if (link != null) {
      link.close();
    }
  }

  private synchronized @Nullable CoordinatorLink link() {
    return open;
  }

  private synchronized void use(@Nullable CoordinatorLink link) {
    open = link;
  }

  private void session(Grants.Endpoint at) throws InterruptedException {
    long start = System.nanoTime();
    CoordinatorAddress address = new CoordinatorAddress(at.address().toString(), at.port());
    try (CoordinatorLink link =
        new CoordinatorClient(trust, limits, random).join(address, attester)) {
      use(link);
      long connected = System.nanoTime();
      JoinCalls calls = new JoinCalls(link);
      long due = Long.MAX_VALUE;
      long waited = micros(begun, start);
      Head seen = Head.NONE;
      while (true) {
        try {
          due = renew(link, calls, waited, micros(start, connected));
          seen = link.connection().head();
        } catch (CloisterException e) {
          seen = link.connection().head();
          if (!waitsForOwners(e)) {
            throw e;
          }
          membership.failed(e);
        }
        membership.pause(at, SHORTEST_WAIT_MILLIS);
        awaitReason(calls, seen, due);
      }
    } finally {
      use(null);
    }
  }

  /** What only a further transition changes is waited for on the same channel. */
  private static boolean waitsForOwners(CloisterException e) {
    return e.code() == ClientError.AWAITING_FIRST || e.code() == AgentError.NOT_LISTED;
  }

  /** Waits for another transition, or until the certificate is to be renewed. */
  private void awaitReason(JoinCalls calls, Head known, long due) {
    while (true) {
      long left = due - System.nanoTime();
      if (left <= 0) {
        return;
      }
      boolean soon = left < SILENCE.toNanos();
      Head now;
      try {
        now = calls.awaitOther(known, soon ? Duration.ofNanos(left) : SILENCE);
      } catch (CloisterException e) {
        if (soon && e.code() == RpcError.TIMED_OUT) {
          return;
        }
        throw e;
      }
      if (!now.equals(known)) {
        return;
      }
    }
  }

  /**
   * Verifies the Coordinator and gets a certificate.
   *
   * @return when to renew it, by the monotonic clock, nanoseconds
   */
  private long renew(CoordinatorLink link, JoinCalls calls, long waited, long channel) {
    long start = System.nanoTime();
    VerifiedCoordinator verified = link.verify();
    trust = given.withFloor(Floor.of(verified.history()));
    long proven = System.nanoTime();
    Issued issued = issue(link, calls, verified);
    Credentials credentials = issued.credentials();
    mesh.accept(update(issued, verified.manifest()));
    membership.joined(
        credentials, new Membership.Timing(waited, channel, micros(start, proven), micros(proven)));
    pauseMillis = FIRST_PAUSE_MILLIS;
    Console.say("joined as " + credentials);
    long life = credentials.lifetimeMillis() * 2 / 3;
    return System.nanoTime() + (life - random.nextLong(life / 10 + 1)) * 1_000_000;
  }

  /** What a join gave, and the CAs in it, the newest first. */
  private record Issued(Credentials credentials, List<MeshGeneration> generations) {}

  private MeshUpdate update(Issued issued, Manifest manifest) {
    return new MeshUpdate(
        PodMesh.of(manifest, deployment.name(), initdata.digest()),
        issued.credentials(),
        issued.generations(),
        manifest.certificates().grace());
  }

  /** The CA that issues is the newest one. */
  private static List<MeshGeneration> generations(List<Bytes> authorities, X509Certificate leaf) {
    List<MeshGeneration> all = new ArrayList<>();
    String issuer = leaf.getIssuerX500Principal().getName(X500Principal.RFC2253);
    for (Bytes authority : authorities) {
      MeshGeneration generation = MeshGeneration.of(authority);
      all.add(generation.subject().equals(issuer) ? 0 : all.size(), generation);
    }
    return all;
  }

  private Issued issue(CoordinatorLink link, JoinCalls calls, VerifiedCoordinator verified) {
    Bytes digest = initdata.digest();
    Workload entry =
        verified
            .manifest()
            .workload(digest)
            .orElseThrow(() ->
                new CloisterException(
                    AgentError.NOT_LISTED, "manifest.workloads", "there is no " + digest.toHex()));
    IdentityName name = IdentityName.of(entry, deployment);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair key = generator.generateKeyPair();
      Head head = verified.history().head();
      JoinCalls.Answer answer =
          calls.join(Bytes.of(key.getPublic().getEncoded()), proof(key, head));
      X509Certificate leaf = MeshCertificate.check(answer, key.getPublic(), name, verified);
      Secret secret =
          answer.secret().isEmpty()
              ? Secret.takeFrom(new byte[0])
              : link.connection().unwrap(SECRET_LABEL, answer.secret());
      long begin = leaf.getNotBefore().toInstant().toEpochMilli();
      long end = leaf.getNotAfter().toInstant().toEpochMilli();
      Credentials credentials =
          new Credentials(
              name.toString(),
              Credentials.certificates(answer.chain()),
              Credentials.privateKey(key.getPrivate().getEncoded()),
              Credentials.certificates(answer.authorities()),
              secret,
              head,
              end,
              end - begin);
      return new Issued(credentials, generations(answer.authorities(), leaf));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  /** Whoever joins has the key: a signature about this deployment, transition and key. */
  private Bytes proof(KeyPair key, Head head) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key.getPrivate(), random);
    signature.update(
        Transcript.of("cloister/join/v1")
            .add(deployment.pin().digest())
            .add(head.number())
            .add(head.digest())
            .add(Bytes.of(key.getPublic().getEncoded()))
            .toBytes()
            .toArray());
    return Bytes.of(signature.sign());
  }

  private static long micros(long from, long to) {
    return (to - from) / 1000;
  }

  private static long micros(long from) {
    return micros(from, System.nanoTime());
  }
}
