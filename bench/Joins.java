package dev.cloister.coordinator;

import com.sun.management.OperatingSystemMXBean;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.Bytes;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Joins over loopback, both ends in this process, beside the least that they could cost: the same
 * number of mutual TLS handshakes, of bare signature checks, and of signatures, by the same
 * provider. Rounds of both follow one another, so that whatever else the machine does falls on
 * both; what is compared is the processor time of the process.
 */
final class Joins {

  private static final int ROUND = 25;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Joins() {}

  /** How many of each round, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    try (Running running = Running.ready();
        Limit limit = new Limit()) {
      for (int i = 0; i < 8; i++) {
        joins(running);
        limits(limit);
      }
      long join = 0;
      long least = 0;
      for (int i = 0; i < rounds; i++) {
        join += joins(running);
        least += limits(limit);
      }
      double each = join / 1e6 / rounds / ROUND;
      double bare = least / 1e6 / rounds / ROUND;
      System.out.printf(
          Locale.ROOT,
          "join %.2f ms of processor time, both ends (%.0f a second and core)%n"
              + "limit %.2f ms: %.0f %% of it reached, goal 70 %%%n",
          each,
          1000 / each,
          bare,
          100 * bare / each);
    }
    System.exit(0);
  }

  private static long joins(Running running) {
    long before = SYSTEM.getProcessCpuTime();
    for (int i = 0; i < ROUND; i++) {
      KeyPair key = P256.generate(Shop.RANDOM);
      try (CoordinatorLink link = running.join(Shop.WEB)) {
        Running.joinOver(link, key);
      }
    }
    return SYSTEM.getProcessCpuTime() - before;
  }

  private static long limits(Limit limit) throws Exception {
    long before = SYSTEM.getProcessCpuTime();
    for (int i = 0; i < ROUND; i++) {
      limit.once();
    }
    return SYSTEM.getProcessCpuTime() - before;
  }

  /** What no join can do without. */
  private static final class Limit implements AutoCloseable {

    private final SSLContext tls = tls();
    private final SSLServerSocket server =
        (SSLServerSocket)
            tls.getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final List<Check> checks = new ArrayList<>();
    private final Check chip = Check.of("SHA384withECDSA", ec("secp384r1"));
    private final Check leaf = Check.of("SHA256withECDSA", ec("secp256r1"));

    Limit() throws Exception {
      server.setNeedClientAuth(true);
      // Each end checks the other's report and its chain of three; owners sign the transition
      // twice two; root and mesh CA; the certificates of both ends and the key of the mesh.
      Check vendor = Check.of("RSASSA-PSS", rsa());
      for (int i = 0; i < 6; i++) {
        checks.add(vendor);
      }
      checks.add(chip);
      checks.add(chip);
      Check owner = Check.of("Ed25519", KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
      for (int i = 0; i < 4; i++) {
        checks.add(owner);
      }
      for (int i = 0; i < 5; i++) {
        checks.add(leaf);
      }
    }

    private static KeyPair ec(String curve) throws Exception {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    }

    private static KeyPair rsa() throws Exception {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4));
      return generator.generateKeyPair();
    }

    private static SSLContext tls() throws Exception {
      MeshAuthority mesh =
          RootAuthority.derive(Seed.generate(Shop.SHOP.pin(), Shop.RANDOM), Shop.SHOP)
              .newMesh(1, Shop.RANDOM, TestVendor.NOW);
      KeyPair key = P256.generate(Shop.RANDOM);
      Bytes der =
          mesh.issue(
                  Shop.web(),
                  Bytes.of(key.getPublic().getEncoded()),
                  Duration.ofDays(1),
                  Shop.RANDOM,
                  TestVendor.NOW)
              .der();
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own",
          key.getPrivate(),
          new char[0],
          new Certificate[] {CertificateParts.certificate(der)});
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), new javax.net.ssl.TrustManager[] {new Anyone()}, null);
      // The script turns session tickets off, so that nothing is resumed.
      if (!System.getProperty("jdk.tls.server.newSessionTicketCount", "").equals("0")) {
        throw new IllegalStateException("run bench/joins");
      }
      return context;
    }

    void once() throws Exception {
      handshake();
      for (Check check : checks) {
        check.verify();
      }
      // Two reports by the simulated processors, the leaf, and the proof of the mesh key.
      chip.sign();
      chip.sign();
      leaf.sign();
      leaf.sign();
    }

    private void handshake() throws Exception {
      Thread answering =
          Thread.ofVirtual()
              .start(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                  limited(socket);
                  socket.startHandshake();
                  socket.getOutputStream().write(1);
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      try (SSLSocket socket =
          (SSLSocket)
              tls.getSocketFactory()
                  .createSocket(server.getInetAddress(), server.getLocalPort())) {
        limited(socket);
        socket.startHandshake();
        socket.getInputStream().read();
      }
      answering.join();
    }

    private static void limited(SSLSocket socket) throws java.io.IOException {
      socket.setTcpNoDelay(true);
      javax.net.ssl.SSLParameters parameters = socket.getSSLParameters();
      parameters.setNamedGroups(new String[] {"secp256r1"});
      parameters.setCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"});
      socket.setSSLParameters(parameters);
    }

    @Override
    public void close() throws Exception {
      server.close();
    }
  }

  /** A signature that is checked again and again. */
  private record Check(String algorithm, KeyPair keys, byte[] signature) {

    private static final byte[] MESSAGE = new byte[1000];

    static Check of(String algorithm, KeyPair keys) throws Exception {
      return new Check(algorithm, keys, new Check(algorithm, keys, MESSAGE).sign());
    }

    private Signature instance() throws Exception {
      Signature instance = Signature.getInstance(algorithm);
      if (algorithm.equals("RSASSA-PSS")) {
        instance.setParameter(
            new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1));
      }
      return instance;
    }

    byte[] sign() throws Exception {
      Signature instance = instance();
      instance.initSign(keys.getPrivate());
      instance.update(MESSAGE);
      return instance.sign();
    }

    void verify() throws Exception {
      Signature instance = instance();
      instance.initVerify(keys.getPublic());
      instance.update(MESSAGE);
      if (!instance.verify(signature)) {
        throw new IllegalStateException(algorithm);
      }
    }
  }

  /** Trusts anyone: the signatures of certificates are among those that are checked apart. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(
        java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(
        java.security.cert.X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

    @Override
    public java.security.cert.X509Certificate[] getAcceptedIssuers() {
      return new java.security.cert.X509Certificate[0];
    }
  }
}
