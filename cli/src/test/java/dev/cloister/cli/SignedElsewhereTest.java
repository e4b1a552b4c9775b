package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.simulator.SimulatedChip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners whose keys Cloister never sees: openssl makes them and signs the prepared bytes. */
class SignedElsewhereTest {

  private static final String ROOT = "ab".repeat(32);

  @TempDir Path directory = Path.of("");

  private String at(String name) {
    return directory.resolve(name).toString();
  }

  private static void openssl(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = Bytes.of(process.getInputStream().readAllBytes()).toUtf8();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  private void makeKey(String algorithm, String name) throws Exception {
    if (algorithm.equals("ed25519")) {
      openssl("genpkey", "-algorithm", "ed25519", "-out", at(name + ".key"));
    } else {
      openssl(
          "genpkey",
          "-algorithm",
          "EC",
          "-pkeyopt",
          "ec_paramgen_curve:" + algorithm,
          "-out",
          at(name + ".key"));
    }
    openssl("pkey", "-in", at(name + ".key"), "-pubout", "-out", at(name + ".pub"));
  }

  private void sign(String algorithm, String name) throws Exception {
    switch (algorithm) {
      case "ed25519" ->
          openssl(
              "pkeyutl",
              "-sign",
              "-rawin",
              "-inkey",
              at(name + ".key"),
              "-in",
              at("bytes"),
              "-out",
              at("signature"));
      case "P-256" ->
          openssl(
              "dgst", "-sha256", "-sign", at(name + ".key"), "-out", at("signature"), at("bytes"));
      default ->
          openssl(
              "dgst", "-sha384", "-sign", at(name + ".key"), "-out", at("signature"), at("bytes"));
    }
  }

  private void deployment() throws IOException {
    Session session =
        Session.of(
            "init", "--simulated", "--update-owners", at("ann.pub"), "-d", directory.toString());
    assertThat(session.status()).as(session.err()).isZero();
    Deployment deployment =
        Deployment.parse(Bytes.of(Files.readAllBytes(directory.resolve("deployment.json"))));
    Manifest manifest =
        Manifest.create(
            deployment.pin(),
            List.of(
                Workload.plain(
                    Bytes.ofUtf8("coordinator").sha256(),
                    "coordinator",
                    "default",
                    WorkloadRole.COORDINATOR,
                    List.of("simulated"))),
            Map.of(
                "simulated",
                SimulatedChip.referenceValue(
                    "guest", Bytes.ofUtf8("v").sha256(), Bytes.ofUtf8("l").sha384(), 1)),
            CertificateRules.STANDARD);
    Files.write(directory.resolve("m.json"), manifest.document().toArray());
  }

  private Session sign(String... more) {
    String[] arguments = new String[9 + more.length];
    String[] always = {
      "sign", "--offline", "-d", directory.toString(), "-m", at("m.json"), "--root", ROOT, "--to"
    };
    System.arraycopy(always, 0, arguments, 0, 9);
    System.arraycopy(more, 0, arguments, 9, more.length);
    return Session.of(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-384", "ed25519"})
  void takesASignatureOfEachKind(String algorithm) throws Exception {
    makeKey(algorithm, "ann");
    deployment();
    Session prepared = sign(at("t.json"), "--prepare", at("bytes"), "--signer", at("ann.pub"));
    assertThat(prepared.status()).as(prepared.err()).isZero();
    sign(algorithm, "ann");
    Session taken = sign(at("t.json"), "--signature", at("signature"), "--signer", at("ann.pub"));
    assertThat(taken.status()).as(taken.err()).isZero();
    assertThat(taken.out()).contains("update owners: 1 of 1 needed have signed");
    Session recovery =
        Session.of(
            "approve",
            at("t.json"),
            "--offline",
            "--root",
            ROOT,
            "-m",
            at("m.json"),
            "-d",
            directory.toString());
    assertThat(recovery.err()).contains("cloister set");
  }

  @Test
  void signsWithAnEcKeyThatOpensslMade() throws Exception {
    makeKey("P-256", "ann");
    deployment();
    Session session = sign(at("t.json"), "-k", at("ann.key"));
    assertThat(session.status()).as(session.err()).isZero();
    assertThat(session.out()).contains("update owners: 1 of 1 needed have signed");
  }

  @Test
  void refusesASignatureOverOtherBytes() throws Exception {
    makeKey("P-384", "ann");
    deployment();
    assertThat(sign(at("t.json"), "--prepare", at("bytes"), "--signer", at("ann.pub")).status())
        .isZero();
    Files.writeString(directory.resolve("bytes"), "something else");
    sign("P-384", "ann");
    Session taken = sign(at("t.json"), "--signature", at("signature"), "--signer", at("ann.pub"));
    assertThat(taken.status()).isEqualTo(1);
    assertThat(taken.err()).contains("error CL-MAN-020");
  }

  @Test
  void refusesASignatureOfAStranger() throws Exception {
    makeKey("P-384", "ann");
    makeKey("P-384", "eve");
    deployment();
    Session prepared = sign(at("t.json"), "--prepare", at("bytes"), "--signer", at("eve.pub"));
    assertThat(prepared.status()).isEqualTo(1);
    assertThat(prepared.err()).contains("error CL-MAN-021");
    Session nobody = sign(at("t.json"), "--prepare", at("bytes"));
    assertThat(nobody.status()).isEqualTo(2);
    assertThat(nobody.err()).contains("error CL-CLI-019");
  }

  @Test
  void preparingRemembersSoThatNoSecondSuccessorIsPrepared() throws Exception {
    makeKey("P-384", "ann");
    deployment();
    assertThat(sign(at("t.json"), "--prepare", at("bytes"), "--signer", at("ann.pub")).status())
        .isZero();
    Session second =
        sign(at("u.json"), "--reason", "x", "--prepare", at("more"), "--signer", at("ann.pub"));
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err()).contains("error CL-MAN-034");
    assertThat(directory.resolve("more")).doesNotExist();
  }
}
