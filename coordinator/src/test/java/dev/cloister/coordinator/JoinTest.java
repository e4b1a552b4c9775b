package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.ChannelError;
import dev.cloister.channel.Purpose;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.rpc.CoordinatorMessages.JoinRequest;
import dev.cloister.rpc.CoordinatorMessages.JoinResponse;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareRequest;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadRequest;
import dev.cloister.rpc.CoordinatorService;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods that join, and those that may not. */
class JoinTest {

  private static final KeyPair KEY = P256.generate(Shop.RANDOM);

  static Secret secretOf(Running running) {
    try (CoordinatorLink link = running.join(Shop.WEB)) {
      JoinResponse answer = Running.joinOver(link, KEY);
      return link.connection().unwrap("workload-secret", answer.workloadSecret());
    }
  }

  @Test
  void aListedWorkloadGetsACertificateThatSaysWhoItIs() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink link = running.join(Shop.WEB)) {
      JoinResponse answer = Running.joinOver(link, KEY);
      X509Certificate leaf = CertificateParts.certificate(answer.chain().getFirst());
      assertThat(leaf.getPublicKey()).isEqualTo(KEY.getPublic());
      assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=web,OU=default,O=shop");
      assertThat(leaf.getIssuerX500Principal().getName()).contains("SIMULATED");
      assertThat(leaf.getExtendedKeyUsage())
          .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
      assertThat(leaf.getSubjectAlternativeNames())
          .extracting(name -> name.get(1).toString())
          .containsExactly(
              "spiffe://shop/default/web",
              "web.default.shop.id.cloister.internal",
              "shop.example",
              "www.shop.example");
      assertThat(leaf.getNotAfter().toInstant().toEpochMilli()).isEqualTo(answer.notAfterMillis());
      assertThat(answer.authorities()).isEqualTo(running.coordinator().state().meshCertificates());
      assertThat(running.coordinator().counters().get(Counter.JOINS)).isEqualTo(1);
    }
  }

  @Test
  void aWorkloadGetsItsSecretAndAnotherGetsNone() throws Exception {
    try (Running running = Running.ready()) {
      Secret secret = secretOf(running);
      assertThat(secret.size()).isEqualTo(32);
      assertThat(secretOf(running).sameAs(secret)).isTrue();
      running.update(Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp")));
      try (CoordinatorLink link = running.join(Shop.DATABASE)) {
        assertThat(Running.joinOver(link, KEY).workloadSecret()).isEqualTo(Bytes.EMPTY);
      }
    }
  }

  @Test
  void aWorkloadThatNoManifestListsIsRefused() throws Exception {
    try (Running running = Running.ready()) {
      assertRefused(CoordinatorError.NOT_LISTED, () -> running.join(Shop.DATABASE));
      assertThat(running.log()).doesNotContain("CL-COO-003");
    }
  }

  @Test
  void aListedWorkloadWithAnotherPolicyIsRefused() throws Exception {
    Initdata other = Shop.initdata("web, and a shell for everybody");
    try (Running running = Running.ready()) {
      assertRefused(CoordinatorError.NOT_LISTED, () -> running.join(other));
      assertRefused(
          AttestationError.HOST_DATA_DIFFERS,
          () -> running.join(Shop.attester(EvidenceKind.AGENT, other, Shop.WEB)));
    }
  }

  @Test
  void aWorkloadIsMeasuredByItsOwnReferenceValuesOnly() throws Exception {
    try (Running running = Running.ready()) {
      running.update(Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("other")));
      assertRefused(AttestationError.LAUNCH_DIGEST_DIFFERS, () -> running.join(Shop.DATABASE));
    }
  }

  @Test
  void evidenceThatSpeaksForAContainerIsNotAnAgents() throws Exception {
    try (Running running = Running.ready()) {
      assertRefused(
          AttestationError.REPORT_DATA_DIFFERS,
          () -> running.join(Shop.attester(EvidenceKind.WORKLOAD, Shop.WEB)));
    }
  }

  @Test
  void theCoordinatorItselfDoesNotJoinAsAWorkload() throws Exception {
    try (Running running = Running.ready()) {
      assertRefused(
          CoordinatorError.COORDINATOR_DOES_NOT_JOIN, () -> running.join(Shop.COORDINATOR));
    }
  }

  @Test
  void aKeyThatIsNotTheJoiningPodsOwnIsRefused() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink link = running.join(Shop.WEB)) {
      Head head = link.verify().history().head();
      CoordinatorService calls = Running.calls(link);
      JoinRequest right = Running.request(KEY, head);
      KeyPair other = P256.generate(Shop.RANDOM);
      Bytes spki = right.publicKey();
      List<JoinRequest> wrong =
          List.of(
              new JoinRequest(spki, Running.request(other, head).proof()),
              new JoinRequest(spki, Bytes.EMPTY),
              new JoinRequest(spki, Bytes.zeros(70)),
              new JoinRequest(spki, Bytes.zeros(81)),
              new JoinRequest(Bytes.EMPTY, right.proof()),
              new JoinRequest(Bytes.concat(spki, Bytes.zeros(1)), right.proof()),
              new JoinRequest(Bytes.concat(spki.slice(0, 27), Bytes.zeros(64)), right.proof()),
              new JoinRequest(
                  Bytes.concat(spki.slice(0, 27), Bytes.ofHex("01".repeat(64))), right.proof()));
      for (JoinRequest request : wrong) {
        assertRefused(CoordinatorError.BAD_MESH_KEY, () -> calls.join(request));
      }
      assertThat(calls.join(right).headNumber()).isEqualTo(1);
      assertThat(running.coordinator().counters().get(Counter.JOINS_REFUSED))
          .isEqualTo(wrong.size());
    }
  }

  @Test
  void aProofForAnEarlierTransitionSaysThatTheHeadMoved() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink link = running.join(Shop.WEB)) {
      Head before = link.verify().history().head();
      running.update(Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp")));
      link.verify();
      assertRefused(
          CoordinatorError.PEER_CHANGED,
          () -> Running.calls(link).join(Running.request(KEY, before)));
    }
  }

  @Test
  void aWorkloadThatTheNextManifestDropsLosesItsChannel() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink link = running.join(Shop.WEB)) {
      Running.joinOver(link, KEY);
      running.update(Shop.manifest(Shop.coordinator()));
      assertRefused(CoordinatorError.NOT_LISTED, () -> link.connection().reattest());
      assertRefused(CoordinatorError.NOT_LISTED, () -> running.join(Shop.WEB));
    }
  }

  @Test
  void thePurposeOfAChannelDecidesWhichCallsAreServed() throws Exception {
    try (Running running = Running.ready();
        CoordinatorLink owner = running.own();
        CoordinatorLink pod = running.join(Shop.WEB)) {
      Head head = pod.verify().history().head();
      owner.verify();
      assertRefused(
          CoordinatorError.WRONG_PURPOSE,
          () -> Running.calls(owner).join(Running.request(KEY, head)));
      assertRefused(
          CoordinatorError.WRONG_PURPOSE,
          () -> Running.calls(owner).waitHead(new WaitHeadRequest(0, Bytes.EMPTY)));
      assertRefused(
          CoordinatorError.WRONG_PURPOSE,
          () ->
              Running.calls(pod)
                  .submitShare(new SubmitShareRequest(1, Bytes.EMPTY, 0, Bytes.EMPTY)));
      assertRefused(
          CoordinatorError.BAD_REQUEST,
          () -> Running.calls(pod).waitHead(new WaitHeadRequest(1, Bytes.EMPTY)));
      assertThat(pod.connection().purpose()).isEqualTo(Purpose.JOIN);
    }
  }

  @Test
  void staleEvidenceReplayedIsRefused() throws Exception {
    try (Running running = Running.ready()) {
      dev.cloister.channel.Evidence once =
          Shop.attester(EvidenceKind.AGENT, Shop.WEB).attest(Bytes.ofUtf8("another session"));
      assertRefused(AttestationError.REPORT_DATA_DIFFERS, () -> running.join(what -> once));
      assertThat(ChannelError.INITIATOR_REFUSED.code()).startsWith("CL-CHN");
    }
  }
}
