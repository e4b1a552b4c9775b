package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.People.Person;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Differences of manifests in words, and what would lock everyone out. */
class ManifestDiffTest {

  private static final Person ANN = Person.make(KeyAlgorithm.ED25519);
  private static final Person RUT = Person.make(KeyAlgorithm.ED25519);
  private static final Deployment DEPLOYMENT =
      People.deployment(People.owners(1, List.of(ANN), 1, List.of(RUT)));
  private static final Workload COORDINATOR =
      Documents.workload("coordinator", WorkloadRole.COORDINATOR);
  private static final Workload KV = Documents.workload("kv", WorkloadRole.WORKLOAD);
  private static final ReferenceValue GUEST = Documents.referenceValue("guest");

  private static Manifest manifest(List<Workload> workloads, ReferenceValue value) {
    return Manifest.create(
        DEPLOYMENT.pin(), workloads, Map.of("snp", value), CertificateRules.STANDARD);
  }

  private static final Manifest BEFORE = manifest(List.of(COORDINATOR, KV), GUEST);

  private static Workload workload(String digest, List<String> sans, String secret) {
    return new Workload(
        Bytes.ofUtf8(digest).sha256(),
        "kv",
        "default",
        WorkloadRole.WORKLOAD,
        List.of("snp"),
        sans,
        secret);
  }

  @Test
  void saysWhatChangesInAWorkload() {
    Workload changed = workload("other", List.of("kv.example"), "db");
    ManifestDiff diff =
        ManifestDiff.between(BEFORE, manifest(List.of(COORDINATOR, changed), GUEST));
    assertThat(diff.text())
        .isEqualTo(
            "workload default/kv: runs other initdata "
                + KV.initdataDigest().toHex()
                + " -> "
                + changed.initdataDigest().toHex()
                + "; DNS names none -> kv.example; secret none -> db\n");
    assertThat(diff.needsRecoveryOwners()).isFalse();
  }

  @Test
  void saysWhatIsAddedAndRemoved() {
    Workload web = Documents.workload("web", WorkloadRole.WORKLOAD);
    String text = ManifestDiff.between(BEFORE, manifest(List.of(COORDINATOR, web), GUEST)).text();
    assertThat(text)
        .isEqualTo(
            "workload default/kv: removed\n"
                + "workload default/web: added, role workload, initdata "
                + web.initdataDigest().toHex()
                + ", proven by snp\n");
  }

  @Test
  void marksWhatNeedsRecoveryOwners() {
    ManifestDiff image =
        ManifestDiff.between(
            BEFORE, manifest(List.of(COORDINATOR, KV), Documents.referenceValue("other")));
    assertThat(image.text())
        .isEqualTo(
            "reference value snp: image \"guest\" -> \"other\" [needs recovery owners too]\n");
    ManifestDiff gone = ManifestDiff.between(BEFORE, manifest(List.of(KV), GUEST));
    assertThat(gone.text())
        .isEqualTo("workload default/coordinator: removed [needs recovery owners too]\n");
    Manifest owners = BEFORE.withOwners(People.owners(1, List.of(RUT), 1, List.of(ANN)));
    assertThat(ManifestDiff.between(BEFORE, owners).text())
        .startsWith("owners: become 1 of [ED25519 ")
        .endsWith("for recovery [needs recovery owners too]\n");
  }

  private static Manifest connected(Connections web) {
    Connections db =
        new Connections(
            List.of(new InboundPort(6379, Protocol.TCP, InboundMode.MESH)), List.of(), List.of());
    Workload caller = Documents.workload("web", WorkloadRole.WORKLOAD).withConnections(web);
    Workload called = Documents.workload("db", WorkloadRole.WORKLOAD).withConnections(db);
    return manifest(List.of(caller, called), GUEST);
  }

  @Test
  void namesEveryConnectionThatComesOrGoes() {
    InboundPort open = new InboundPort(80, Protocol.TCP, InboundMode.PLAIN);
    InboundPort https = new InboundPort(443, Protocol.TCP, InboundMode.PUBLIC);
    Connection db = new Connection("db", 6379, "default/db", 6379, "db.default.svc");
    PodMesh.External api = new PodMesh.External("api.example.com", 443);
    Manifest before = connected(new Connections(List.of(open), List.of(), List.of(api)));
    Manifest after = connected(new Connections(List.of(https), List.of(db), List.of(api)));
    assertThat(ManifestDiff.between(before, after).text())
        .isEqualTo(
            "workload default/web: no longer offers 80/tcp to everyone, UNENCRYPTED;"
                + " now offers 443/tcp to everyone, encrypted;"
                + " now may call db:6379 (default/db port 6379, at db.default.svc)\n");
    assertThat(ManifestDiff.first(before).text())
        .contains("; offers 80/tcp to everyone, UNENCRYPTED")
        .contains("; may reach api.example.com:443 outside the deployment\n")
        .contains("; offers 6379/tcp to workloads\n");
  }

  @Test
  void namesBothVersionsOfAWorkloadWhileAnUpdateIsUnderWay() {
    Workload next = workload("next", List.of(), "");
    Manifest both = manifest(List.of(COORDINATOR, KV, next), GUEST);
    Manifest after = manifest(List.of(COORDINATOR, next), GUEST);
    String digest = next.initdataDigest().toHex();
    assertThat(ManifestDiff.between(BEFORE, both).text())
        .isEqualTo(
            "workload default/kv: added, role workload, initdata " + digest + ", proven by snp\n");
    assertThat(ManifestDiff.between(both, after).text())
        .isEqualTo("workload default/kv: removed, initdata " + KV.initdataDigest().toHex() + "\n");
    Manifest changed = manifest(List.of(COORDINATOR, KV, workload("next", List.of(), "db")), GUEST);
    assertThat(ManifestDiff.between(both, changed).text())
        .isEqualTo("workload default/kv: secret none -> db\n");
    assertThat(ManifestDiff.first(both).changes()).hasSize(5);
  }

  @Test
  void anotherOrderOfConnectionsIsNoChange() {
    List<PodMesh.External> hosts =
        List.of(new PodMesh.External("a.example", 443), new PodMesh.External("b.example", 443));
    Manifest before = connected(new Connections(List.of(), List.of(), hosts));
    Manifest after = connected(new Connections(List.of(), List.of(), hosts.reversed()));
    assertThat(ManifestDiff.between(before, after).text()).isEqualTo("no change\n");
  }

  @Test
  void saysThatNothingChanges() {
    Bytes spaced = Bytes.concat(BEFORE.document(), Bytes.ofUtf8(" "));
    assertThat(ManifestDiff.between(BEFORE, Manifest.parse(spaced)).text())
        .isEqualTo("no change\n");
  }

  @Test
  void saysHowLongCertificatesLive() {
    CertificateRules rules = new CertificateRules(Duration.ofMinutes(10), Duration.ZERO);
    Manifest after =
        Manifest.create(DEPLOYMENT.pin(), BEFORE.workloads(), BEFORE.referenceValues(), rules);
    assertThat(ManifestDiff.between(BEFORE, after).text())
        .isEqualTo("certificates: live 86400 s, grace 3600 s -> live 600 s, grace 0 s\n");
  }

  @Test
  void aTextThatWouldNotShowIsWrittenAsNumbers() {
    Manifest hidden =
        manifest(List.of(COORDINATOR, KV), Documents.referenceValue("a\u001b[2K\u202eb"));
    assertThat(ManifestDiff.between(BEFORE, hidden).text())
        .doesNotContain("\u001b", "\u202e")
        .contains("\\u{202e}");
    assertThat(ManifestDiff.first(hidden).text()).contains("a\\u{1b}[2K\\u{202e}b");
  }

  @Test
  void itsMarksAreExactlyTheRulesOfTheHistory() {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      Manifest before = any(random);
      Manifest after = any(random);
      assertThat(ManifestDiff.between(before, after).needsRecoveryOwners())
          .isEqualTo(GuardedChange.between(before, after));
      assertThat(ManifestDiff.between(before, before).changes()).isEmpty();
    }
  }

  private static Manifest any(Random random) {
    List<Workload> workloads = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      if (random.nextBoolean()) {
        WorkloadRole role =
            random.nextInt(4) == 0 ? WorkloadRole.COORDINATOR : WorkloadRole.WORKLOAD;
        workloads.add(Documents.workload(name, role));
      }
    }
    return manifest(workloads, Documents.referenceValue(random.nextInt(4) == 0 ? "x" : "y"));
  }

  private static History started() {
    Transition first = Transition.first(BEFORE, "begin", People.LATER, People.ROOT);
    return History.begin(DEPLOYMENT)
        .accept(Head.NONE, People.signed(first, BEFORE, List.of(ANN, RUT)), People.NOW);
  }

  @Test
  void aManifestWithoutCoordinatorLocksOut() {
    Manifest without = manifest(List.of(KV), GUEST);
    for (History history : List.of(History.begin(DEPLOYMENT), started())) {
      assertThat(Lockout.of(history, without)).hasSize(1);
      assertRefused(
          ManifestError.LOCKED_OUT, "workloads", () -> Lockout.requireNone(history, without));
    }
  }

  @Test
  void aManifestThatNoLongerProvesTheRunningCoordinatorLocksOut() {
    Manifest otherImage = manifest(List.of(COORDINATOR, KV), Documents.referenceValue("other"));
    Workload moved =
        Workload.plain(
            Bytes.ofUtf8("new").sha256(),
            "coordinator",
            "default",
            WorkloadRole.COORDINATOR,
            List.of("snp"));
    for (Manifest next : List.of(otherImage, manifest(List.of(moved), GUEST))) {
      assertRefused(
          ManifestError.LOCKED_OUT, "workloads", () -> Lockout.requireNone(started(), next));
    }
  }

  @Test
  void aSecondCoordinatorBesideTheRunningOneLocksNobodyOut() {
    Workload second = Documents.workload("second", WorkloadRole.COORDINATOR);
    Lockout.requireNone(started(), manifest(List.of(second, COORDINATOR), GUEST));
    Lockout.requireNone(History.begin(DEPLOYMENT), BEFORE);
  }
}
