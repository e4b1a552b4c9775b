package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.simulator.SimulatedChip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several owners in several directories, who sign and approve without any Coordinator. */
class OwnersTest {

  private static final String ROOT = "ab".repeat(32);

  @TempDir Path directory = Path.of("");

  @BeforeEach
  void init() {
    Session session =
        Session.of(
            "init",
            "--simulated",
            "--update-owners",
            "ann,bob,cid",
            "--threshold",
            "2",
            "--recovery-owners",
            "rut,sam",
            "--recovery-threshold",
            "1",
            "-d",
            directory.toString());
    assertThat(session.status()).as(session.err()).isZero();
  }

  private Path at(String name) {
    return directory.resolve(name);
  }

  private Deployment deployment() throws IOException {
    return Deployment.parse(Bytes.of(Files.readAllBytes(at("deployment.json"))));
  }

  private static ReferenceValue reference(String image) {
    return SimulatedChip.referenceValue(
        image, Bytes.ofUtf8("a vendor").sha256(), Bytes.ofUtf8(image).sha384(), 1);
  }

  private static Workload workload(String name, WorkloadRole role) {
    return Workload.plain(Bytes.ofUtf8(name).sha256(), name, "default", role, List.of("simulated"));
  }

  /** Writes a manifest with a Coordinator and these workloads. */
  private Path manifest(String file, String... names) throws IOException {
    List<Workload> workloads = new ArrayList<>();
    workloads.add(workload("coordinator", WorkloadRole.COORDINATOR));
    for (String name : names) {
      workloads.add(workload(name, WorkloadRole.WORKLOAD));
    }
    return write(file, workloads);
  }

  private Path write(String file, List<Workload> workloads) throws IOException {
    Manifest manifest =
        Manifest.create(
            deployment().pin(),
            workloads,
            Map.of("simulated", reference("guest")),
            CertificateRules.STANDARD);
    return Files.write(at(file), manifest.document().toArray());
  }

  private Session run(String command, Path file, String owner, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command));
    if (command.equals("approve")) {
      arguments.add(at("next.json").toString());
    } else {
      arguments.addAll(List.of("--to", at("next.json").toString()));
    }
    arguments.addAll(List.of("--offline", "-m", file.toString(), "-d", at(owner).toString()));
    arguments.addAll(List.of(more));
    return Session.of(arguments.toArray(new String[0]));
  }

  private SignedTransition next() throws IOException {
    return SignedTransition.parse(Bytes.of(Files.readAllBytes(at("next.json"))));
  }

  /** Ann and Bob and Rut agree to a first transition, and all three directories know it. */
  private void begin(Path manifest) throws IOException {
    assertDone(run("sign", manifest, "ann", "--root", ROOT));
    assertDone(run("approve", manifest, "bob", "--root", ROOT));
    Session last = run("approve", manifest, "rut", "--root", ROOT);
    assertDone(last);
    assertThat(last.err()).contains("Put it into force");
    HistoryEntry entry = new HistoryEntry(next(), Bytes.of(Files.readAllBytes(manifest)));
    for (String owner : List.of("ann", "bob", "cid", "rut", "sam")) {
      new OwnerDirectory(at(owner)).keepAll(List.of(entry));
    }
    Files.delete(at("next.json"));
  }

  private static void assertDone(Session session) {
    assertThat(session.status()).as(session.err()).isZero();
  }

  private static void assertRefused(Session session, int status, String code) {
    assertThat(session.err()).contains("error " + code);
    assertThat(session.status()).isEqualTo(status);
  }

  @Test
  void eachOwnerHasADirectoryWithTheirKeysAndTheDeployment() throws IOException {
    for (String owner : List.of("ann", "bob", "cid")) {
      assertThat(at(owner).resolve("update-owner.key")).exists();
      assertThat(at(owner).resolve("update-owner.pub")).exists();
      assertThat(Files.readAllBytes(at(owner).resolve("deployment.json")))
          .isEqualTo(deployment().document().toArray());
    }
    assertThat(at("rut").resolve("recovery-owner.key")).exists();
    assertThat(at("update-owner.key")).doesNotExist();
    assertThat(deployment().owners().update().threshold()).isEqualTo(2);
    assertThat(deployment().owners().update().keys()).hasSize(3);
  }

  @Test
  void threeOwnersInThreeDirectoriesSignOneTransition() throws IOException {
    Path manifest = manifest("m1.json", "web");
    Session first = run("sign", manifest, "ann", "--root", ROOT, "--reason", "the shop opens");
    assertDone(first);
    assertThat(first.out())
        .contains("transition 1 of cloister")
        .contains("reason   the shop opens")
        .contains("workload default/web: added")
        .contains("update owners: 1 of 2 needed have signed")
        .contains("recovery owners: 0 of 1 needed have signed");
    Session second = run("approve", manifest, "bob", "--root", ROOT);
    assertThat(second.out()).contains("update owners: 2 of 2 needed have signed");
    assertThat(second.err()).contains("Others add theirs");
    assertThat(run("approve", manifest, "rut", "--root", ROOT).err()).contains("cloister set");
    assertThat(next().signatures()).hasSize(3);
  }

  @Test
  void severalOwnersAtOneMachineSignAtOnce() throws IOException {
    Session session =
        run(
            "sign",
            manifest("m1.json"),
            "ann",
            "--root",
            ROOT,
            "-k",
            at("ann").toString(),
            "-k",
            at("bob").resolve("update-owner.key").toString(),
            "-k",
            at("rut").toString(),
            "-o",
            "json");
    assertDone(session);
    JsonFields fields =
        JsonFields.of(JsonParser.parse(Bytes.ofUtf8(session.out()), JsonBudget.DOCUMENT), "");
    assertThat(fields.bool("complete")).isTrue();
    assertThat(at("bob").resolve(OwnerSignatures.RECORD)).exists();
  }

  @Test
  void refusesAFirstTransitionWhoseRootNothingProves() throws IOException {
    Path manifest = manifest("m1.json");
    assertRefused(run("sign", manifest, "ann"), 1, "CL-CLI-020");
    assertDone(run("sign", manifest, "ann", "--root", ROOT));
    assertRefused(run("approve", manifest, "bob"), 1, "CL-CLI-020");
    assertDone(run("approve", manifest, "bob", "--show"));
    assertRefused(run("approve", manifest, "bob", "--root", "cd".repeat(32)), 1, "CL-MAN-030");
    assertThat(next().signatures()).hasSize(1);
  }

  @Test
  void refusesToSignTwoSuccessorsOfOneTransition() throws IOException {
    begin(manifest("m1.json", "web"));
    assertDone(run("sign", manifest("m2.json", "web", "db"), "ann"));
    Files.delete(at("next.json"));
    Path other = manifest("m3.json", "web", "cache");
    Session fork = run("sign", other, "ann");
    assertRefused(fork, 1, "CL-MAN-034");
    assertThat(fork.err()).contains("signing-record.json");
    assertThat(at("next.json")).doesNotExist();
    assertDone(run("sign", other, "bob"));
    assertRefused(run("approve", other, "ann"), 1, "CL-MAN-034");
    assertThat(next().signatures()).hasSize(1);
    assertDone(run("approve", other, "ann", "--despite-fork"));
  }

  @Test
  void signingTheSameAgainAddsToTheSameFile() throws IOException {
    begin(manifest("m1.json", "web"));
    Path manifest = manifest("m2.json", "web", "db");
    assertDone(run("sign", manifest, "ann"));
    Bytes statement = next().transition().statement();
    assertDone(run("sign", manifest, "bob"));
    assertThat(next().transition().statement()).isEqualTo(statement);
    assertThat(next().signatures()).hasSize(2);
    assertRefused(run("sign", manifest("m3.json", "cache"), "cid"), 2, "CL-CLI-004");
  }

  @Test
  void refusesAManifestThatLocksEverybodyOut() throws IOException {
    begin(manifest("m1.json", "web"));
    Path without = write("m2.json", List.of(workload("web", WorkloadRole.WORKLOAD)));
    assertRefused(run("sign", without, "ann"), 1, "CL-MAN-038");
    assertThat(at("ann").resolve("next.json")).doesNotExist();
    assertDone(run("sign", without, "ann", "--irreversible"));
    assertRefused(run("approve", without, "bob"), 1, "CL-MAN-038");
    assertDone(run("approve", without, "bob", "--irreversible"));
  }

  @Test
  void oldAndNewOwnersSignAChangeOfOwners() throws IOException {
    begin(manifest("m1.json", "web"));
    Path others = at("others");
    assertDone(Session.of("init", "--simulated", "--algorithm", "p256", "-d", others.toString()));
    Manifest next =
        Manifest.parse(Bytes.of(Files.readAllBytes(manifest("m2.json", "web"))))
            .withOwners(new OwnerDirectory(others).deployment().owners());
    Path manifest = Files.write(at("m3.json"), next.document().toArray());
    Session first = run("sign", manifest, "ann");
    assertThat(first.out())
        .contains("owners: become 1 of ")
        .contains("recovery owners: 0 of 1 needed have signed")
        .contains("new update owners: 0 of 1 needed have signed")
        .contains("new recovery owners: 0 of 1 needed have signed");
    assertDone(run("approve", manifest, "bob"));
    assertDone(run("approve", manifest, "sam"));
    Session last = run("approve", manifest, "cid", "-k", others.toString());
    assertThat(last.err()).contains("Put it into force");
    assertThat(next().signatures()).hasSize(5);
  }

  @Test
  void refusesAManifestWithOneByteChanged() throws IOException {
    Path manifest = manifest("m1.json", "web");
    assertDone(run("sign", manifest, "ann", "--root", ROOT));
    Files.writeString(manifest, Files.readString(manifest).replace("3600", "3601"));
    assertRefused(run("approve", manifest, "bob", "--root", ROOT), 1, "CL-MAN-029");
  }

  @Test
  void refusesAKeyOfNoOwner() throws IOException {
    Session stranger = Session.of("init", "-d", at("stranger").toString());
    assertDone(stranger);
    Session session =
        run(
            "sign",
            manifest("m1.json"),
            "ann",
            "--root",
            ROOT,
            "-k",
            at("stranger").resolve("update-owner.key").toString());
    assertRefused(session, 1, "CL-MAN-036");
    assertThat(session.err()).contains("stranger/update-owner.key");
  }

  @Test
  void refusesKeysThatAreNotThereOrNotInPkcs8() throws IOException {
    Path manifest = manifest("m1.json");
    Files.createDirectory(at("empty"));
    assertRefused(
        run("sign", manifest, "ann", "--root", ROOT, "-k", at("empty").toString()),
        2,
        "CL-CLI-019");
    Path encrypted =
        Files.writeString(at("enc.pem"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n");
    assertRefused(
        run("sign", manifest, "ann", "--root", ROOT, "-k", encrypted.toString()), 2, "CL-CLI-018");
  }

  @Test
  void refusesAnExpiredTransition() throws IOException {
    Path manifest = manifest("m1.json");
    assertDone(run("sign", manifest, "ann", "--root", ROOT, "--expires", "1s"));
    long until = System.nanoTime() + 10_000_000_000L;
    Session session = run("approve", manifest, "bob", "--root", ROOT);
    while (session.status() == 0 && System.nanoTime() < until) {
      session = run("approve", manifest, "bob", "--root", ROOT);
    }
    assertRefused(session, 1, "CL-MAN-026");
    assertRefused(
        run("sign", manifest, "cid", "--root", ROOT, "--expires", "tomorrow"), 2, "CL-CLI-001");
  }

  @Test
  void refusesATransitionThatDoesNotFollowTheNewestKnown() throws IOException {
    Path manifest = manifest("m1.json", "web");
    assertDone(run("sign", manifest, "ann", "--root", ROOT));
    Bytes first = Bytes.of(Files.readAllBytes(at("next.json")));
    begin(manifest);
    Files.write(at("next.json"), first.toArray());
    assertRefused(run("approve", manifest, "cid"), 1, "CL-MAN-027");
  }

  @Test
  void listsWhatTheDirectoryKnowsAndSaysThatItIsNotProven() throws IOException {
    begin(manifest("m1.json", "web"));
    Session session = Session.of("history", "--offline", "--changes", "-d", at("sam").toString());
    assertDone(session);
    assertThat(session.out())
        .contains("1 (")
        .contains("(update and recovery owners)")
        .contains("workload default/web: added");
    assertThat(session.err()).contains("no Coordinator was asked");
  }

  @Test
  void diffSaysInWordsWhatChanges() throws IOException {
    begin(manifest("m1.json", "web"));
    Path next = manifest("m2.json", "db");
    Session session = Session.of("diff", "1", next.toString(), "-d", at("ann").toString());
    assertDone(session);
    assertThat(session.out())
        .contains("workload default/web: removed")
        .contains("workload default/db: added");
    Session none = Session.of("diff", next.toString(), next.toString());
    assertThat(none.out()).isEqualTo("no change\n");
    assertThat(Session.of("diff", "none", next.toString()).out())
        .contains("[needs recovery owners too]");
  }

  @Test
  void diffRefusesManifestsOfTwoDeployments() throws IOException {
    Path one = manifest("m1.json");
    Path other =
        Files.writeString(
            at("other.json"),
            Files.readString(one).replace(deployment().pin().toString(), "cd".repeat(32)));
    assertRefused(Session.of("diff", one.toString(), other.toString()), 1, "CL-MAN-017");
  }

  @Test
  void aChangedStoredTransitionIsFound() throws IOException {
    begin(manifest("m1.json", "web"));
    Path stored = at("ann").resolve("transitions").resolve("1.manifest.json");
    Files.writeString(stored, Files.readString(stored).replace("3600", "3601"));
    assertRefused(Session.of("history", "--offline", "-d", at("ann").toString()), 1, "CL-MAN-029");
  }
}
