package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.rpc.AgentInfo;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pod's join to real Coordinators, over real channels with simulated evidence. */
@Timeout(300)
class JoiningTest {

  @TempDir private static Path vendor;
  private static TestDeployment shop;

  @TempDir private Path directory;
  private final List<Thread> joining = new ArrayList<>();
  private final Membership membership = new Membership(true);
  private final List<String> chains = new CopyOnWriteArrayList<>();
  private final List<MeshUpdate> updates = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void makeDeployment() {
    shop = new TestDeployment(vendor);
  }

  @AfterEach
  void end() {
    joining.forEach(Thread::interrupt);
  }

  private void join(Initdata pod) {
    membership.add(credentials -> chains.add(credentials.chain().toUtf8()));
    joining.add(
        AgentThreads.start(
            "join",
            new Joining(
                pod,
                shop.attester(EvidenceKind.AGENT, pod),
                membership,
                updates::add,
                InstantSource.system())));
  }

  private AgentInfo.Join await(Predicate<AgentInfo.Join> wanted) throws InterruptedException {
    AgentInfo.Join view = membership.view("", "");
    while (!wanted.test(view)) {
      Thread.sleep(20);
      view = membership.view("", "");
    }
    return view;
  }

  private static Predicate<AgentInfo.Join> failedWith(String code) {
    return view -> view.reason().contains(code);
  }

  private X509Certificate leaf() throws Exception {
    Bytes pem = Bytes.ofUtf8(chains.getLast());
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.toArray()));
  }

  @Test
  void joinsOnceTheOwnersHaveSetAManifestAndRenewsAtTheNext() throws Exception {
    Initdata web = shop.pod("web");
    try (TestDeployment.Running coordinator = shop.new Running(directory)) {
      membership.coordinator(coordinator.endpoint());
      join(web);
      assertThat(await(failedWith("CL-COO-001")).state()).isEqualTo("waiting");
      coordinator.set(shop.manifest(web));
      AgentInfo.Join first = await(view -> view.joins() == 1);
      assertThat(first.state()).isEqualTo("joined");
      assertThat(first.identity()).isEqualTo("web.default.shop.id.cloister.internal");
      assertThat(first.headNumber()).isEqualTo(1);
      assertThat(first.channelMicros()).isPositive();
      assertThat(membership.workloadSecret()).hasSize(32);
      X509Certificate before = leaf();
      byte[] secret = membership.workloadSecret();

      coordinator.set(shop.manifest(web, shop.pod("another")));
      AgentInfo.Join second = await(view -> view.headNumber() == 2);
      assertThat(second.joins()).isEqualTo(2);
      assertThat(leaf().getPublicKey()).isNotEqualTo(before.getPublicKey());
      assertThat(membership.workloadSecret()).isEqualTo(secret);
      MeshUpdate update = updates.getLast();
      assertThat(update.graph().identity()).hasToString(first.identity());
      assertThat(update.generations()).hasSize(2);
      assertThat(update.generations().getFirst().subject())
          .isEqualTo(leaf().getIssuerX500Principal().getName(X500Principal.RFC2253));
    }
  }

  @Test
  void isNotLetInUntilAManifestListsIt() throws Exception {
    Initdata stranger = shop.pod("stranger");
    try (TestDeployment.Running coordinator = shop.new Running(directory)) {
      coordinator.set(shop.manifest());
      membership.coordinator(coordinator.endpoint());
      join(stranger);
      assertThat(await(failedWith("CL-COO-003")).state()).isEqualTo("waiting");
      coordinator.set(shop.manifest(stranger));
      assertThat(await(view -> view.joins() == 1).headNumber()).isEqualTo(2);
    }
  }

  @Test
  void keepsWhatItHasWhereAnotherInstanceAnswers() throws Exception {
    Initdata web = shop.pod("web");
    try (TestDeployment.Running genuine = shop.new Running(directory.resolve("one"));
        TestDeployment.Running other = shop.new Running(directory.resolve("two"))) {
      genuine.set(shop.manifest(web));
      other.set(shop.manifest(web));
      membership.coordinator(genuine.endpoint());
      join(web);
      await(view -> view.joins() == 1);
      membership.coordinator(other.endpoint());
      AgentInfo.Join failing = await(failedWith("CL-MAN-"));
      assertThat(failing.state()).isEqualTo("failing");
      assertThat(failing.headDigest()).isEqualTo(genuine.head().digest());
      assertThat(membership.workloadSecret()).hasSize(32);
      membership.coordinator(genuine.endpoint());
      await(view -> view.joins() == 2);
    }
  }

  @Test
  void neverJoinsBelowItsFloor() throws Exception {
    Bytes elsewhere = Bytes.ofUtf8("another root").sha256();
    Initdata web = shop.pod("web").withFloor(new Floor(elsewhere, new Head(1, elsewhere.sha256())));
    try (TestDeployment.Running coordinator = shop.new Running(directory)) {
      coordinator.set(shop.manifest(web));
      membership.coordinator(coordinator.endpoint());
      join(web);
      assertThat(await(failedWith("CL-MAN-")).joins()).isZero();
    }
  }

  @Test
  void triesAgainWhereNobodyAnswers() throws Exception {
    Initdata web = shop.pod("web");
    try (TestDeployment.Running coordinator = shop.new Running(directory)) {
      coordinator.set(shop.manifest(web));
      try (TestDeployment.Running gone = shop.new Running(directory.resolve("gone"))) {
        membership.coordinator(gone.endpoint());
      }
      join(web);
      await(failedWith("CL-CLT-002"));
      membership.coordinator(coordinator.endpoint());
      await(view -> view.joins() == 1);
    }
  }
}
