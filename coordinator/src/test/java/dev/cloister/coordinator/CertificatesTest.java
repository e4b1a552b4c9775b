package dev.cloister.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Head;
import dev.cloister.rpc.CoordinatorMessages.JoinResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates, judged by those who will judge them: the JDK's TLS and OpenSSL. */
class CertificatesTest {

  private static final String WEB = "web.default.shop.id.cloister.internal";

  @TempDir private Path directory;

  /** A pod's key and what the Coordinator answered. */
  private record Pod(KeyPair key, JoinResponse answer) {

    SSLContext context(Instant now) throws Exception {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          "pod",
          key.getPrivate(),
          new char[0],
          answer.chain().stream()
              .map(CertificateParts::certificate)
              .toArray(X509Certificate[]::new));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(own, new char[0]);
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      for (Bytes authority : answer.authorities()) {
        trusted.setCertificateEntry(
            authority.sha256().toHex(), CertificateParts.certificate(authority));
      }
      PKIXBuilderParameters judged = new PKIXBuilderParameters(trusted, new X509CertSelector());
      Calendar at = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
      at.setTimeInMillis(now.toEpochMilli());
      judged.setDate(at.getTime());
      judged.setRevocationEnabled(false);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(new CertPathTrustManagerParameters(judged));
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), Shop.RANDOM);
      return context;
    }
  }

  private static Pod join(Running running, dev.cloister.manifest.Initdata initdata) {
    KeyPair key = P256.generate(Shop.RANDOM);
    try (CoordinatorLink link = running.join(initdata)) {
      return new Pod(key, Running.joinOver(link, key));
    }
  }

  /**
   * What the server sees of the client, by the names that it asked the server's certificate for.
   */
  private static String handshake(SSLContext server, SSLContext client, String name)
      throws Exception {
    try (SSLServerSocket listening =
            (SSLServerSocket)
                server
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      listening.setNeedClientAuth(true);
      CompletableFuture<String> seen =
          CompletableFuture.supplyAsync(() -> subjectOfPeer(listening), threads);
      try (SSLSocket socket =
          (SSLSocket)
              client
                  .getSocketFactory()
                  .createSocket(listening.getInetAddress(), listening.getLocalPort())) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName(name)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        requireName(socket, name);
        assertThat(socket.getInputStream().read()).isEqualTo(1);
      }
      return seen.get();
    }
  }

  private static void requireName(SSLSocket socket, String name) throws Exception {
    X509Certificate server = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    assertThat(server.getSubjectAlternativeNames())
        .extracting(one -> one.get(1).toString())
        .contains(name);
  }

  private static String subjectOfPeer(SSLServerSocket listening) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      socket.startHandshake();
      socket.getOutputStream().write(1);
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Running twoPods() throws IOException {
    Running running = Running.fresh();
    CertificateRules rules = new CertificateRules(Duration.ofHours(1), Duration.ofMinutes(5));
    running.set(
        running.firstEntry(
            Shop.manifest(rules, Shop.coordinator(), Shop.web(), Shop.database("snp"))),
        Head.NONE);
    return running;
  }

  @Test
  void twoPodsTalkByMutualTlsAndKnowEachOther() throws Exception {
    try (Running running = twoPods()) {
      SSLContext web = join(running, Shop.WEB).context(TestVendor.NOW);
      SSLContext database = join(running, Shop.DATABASE).context(TestVendor.NOW);
      assertThat(handshake(web, database, WEB)).isEqualTo("CN=database,OU=default,O=shop");
      assertThat(handshake(web, database, "shop.example"))
          .isEqualTo("CN=database,OU=default,O=shop");
    }
  }

  @Test
  void aLeafOfTheGenerationBeforeIsAcceptedUntilItsGraceEnds() throws Exception {
    try (Running running = twoPods()) {
      Pod old = join(running, Shop.DATABASE);
      running.update(
          Shop.manifest(
              new CertificateRules(Duration.ofHours(2), Duration.ofMinutes(5)),
              Shop.coordinator(),
              Shop.web(),
              Shop.database("snp")));
      Pod server = join(running, Shop.WEB);
      // The bundle is exchanged already, the leaf not yet.
      Pod between =
          new Pod(
              old.key(),
              new JoinResponse(
                  old.answer().chain(),
                  server.answer().authorities(),
                  Bytes.EMPTY,
                  1,
                  Bytes.zeros(32),
                  0));
      SSLContext client = between.context(TestVendor.NOW);
      assertThat(handshake(server.context(TestVendor.NOW), client, WEB))
          .isEqualTo("CN=database,OU=default,O=shop");
      running.pass(Duration.ofMinutes(5));
      SSLContext after = join(running, Shop.WEB).context(TestVendor.NOW);
      Assertions.assertThatThrownBy(() -> handshake(after, client, WEB))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("certificate_required");
    }
  }

  @Test
  void opensslVerifiesTheChainFromTheRootForServersAndForClients() throws Exception {
    try (Running running = twoPods()) {
      Pod web = join(running, Shop.WEB);
      Path root = pem("root.pem", running.coordinator().state().rootCertificate());
      Path mesh = pem("mesh.pem", web.answer().chain().get(1));
      Path leaf = pem("leaf.pem", web.answer().chain().getFirst());
      for (String purpose : List.of("sslserver", "sslclient")) {
        List<String> chain =
            List.of("-CAfile", root.toString(), "-untrusted", mesh.toString(), leaf.toString());
        assertThat(openssl(purpose, WEB, chain)).contains("leaf.pem: OK");
        assertThat(openssl(purpose, "www.shop.example", chain)).contains("leaf.pem: OK");
        assertThat(openssl(purpose, "other.example", chain)).contains("mismatch");
      }
      List<String> pinned = List.of("-partial_chain", "-CAfile", mesh.toString(), leaf.toString());
      assertThat(openssl("sslserver", WEB, pinned)).contains("leaf.pem: OK");
    }
  }

  private Path pem(String name, Bytes der) throws IOException {
    String text =
        "-----BEGIN CERTIFICATE-----\n" + der.toBase64() + "\n-----END CERTIFICATE-----\n";
    return Files.writeString(directory.resolve(name), text.replaceAll("(.{64})(?!\n)", "$1\n"));
  }

  private static String openssl(String purpose, String name, List<String> chain) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "verify", "-x509_strict"));
    command.addAll(List.of("-purpose", purpose, "-verify_hostname", name));
    command.addAll(List.of("-attime", Long.toString(TestVendor.NOW.getEpochSecond())));
    command.addAll(chain);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = Bytes.of(process.getInputStream().readAllBytes()).toUtf8();
    process.waitFor();
    return out;
  }

  @Test
  void theRootFollowsFromTheSeedByteForByteAndFromThePin() throws Exception {
    Seed seed = Seed.generate(Shop.SHOP.pin(), Shop.RANDOM);
    Bytes once = RootAuthority.derive(seed, Shop.SHOP).certificate();
    assertThat(RootAuthority.derive(seed, Shop.SHOP).certificate()).isEqualTo(once);
    Seed other = Seed.of(Shop.deployment("other").pin(), seed.value());
    assertThat(RootAuthority.derive(other, Shop.SHOP).keyDigest())
        .isNotEqualTo(RootAuthority.derive(seed, Shop.SHOP).keyDigest());
    assertThat(CertificateParts.certificate(once).getSubjectX500Principal().getName())
        .isEqualTo("CN=SIMULATED root CA,O=shop");
  }

  @Test
  void aShortLifeIsNotBackdatedForLong() {
    Seed seed = Seed.generate(Shop.SHOP.pin(), Shop.RANDOM);
    MeshAuthority mesh =
        RootAuthority.derive(seed, Shop.SHOP).newMesh(1, Shop.RANDOM, TestVendor.NOW);
    Bytes key = Bytes.of(P256.generate(Shop.RANDOM).getPublic().getEncoded());
    MeshAuthority.Leaf leaf =
        mesh.issue(Shop.web(), key, Duration.ofSeconds(60), Shop.RANDOM, TestVendor.NOW);
    X509Certificate certificate = CertificateParts.certificate(leaf.der());
    assertThat(certificate.getNotBefore().toInstant()).isEqualTo(TestVendor.NOW.minusSeconds(6));
    assertThat(certificate.getNotAfter().toInstant()).isEqualTo(TestVendor.NOW.plusSeconds(60));
    assertThat(certificate.getBasicConstraints()).isNegative();
  }

  @Test
  void theCoordinatorIsAMemberOfItsOwnMesh() throws Exception {
    try (Running running = Running.fresh()) {
      OwnCredential own = new OwnCredential(running.coordinator());
      assertThat(own.current().chain()).hasSize(1);
      running.begin();
      TlsIdentity.Credential member = own.current();
      assertThat(member.chain()).hasSize(2);
      assertThat(member.chain().getFirst().getSubjectX500Principal().getName())
          .isEqualTo("CN=coordinator,OU=cloister,O=shop");
      assertThat(own.current()).isSameAs(member);
      running.pass(Duration.ofHours(16));
      assertThat(own.current()).isNotSameAs(member);
    }
  }
}
