package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {

  @TempDir Path directory = Path.of("");

  private Deployment deployment() throws IOException {
    return Deployment.parse(Bytes.of(Files.readAllBytes(directory.resolve("deployment.json"))));
  }

  @Test
  void makesAHardwareDeploymentUnlessTold() throws IOException {
    Session session = Session.of("init", "--name", "shop", "-d", directory.toString());
    assertThat(session.status()).isZero();
    assertThat(deployment().mode()).isEqualTo(Mode.HARDWARE);
    assertThat(deployment().name()).isEqualTo("shop");
    assertThat(session.out()).contains(deployment().pin().toString());
    assertThat(session.err()).doesNotContain("SIMULATED");
  }

  @Test
  void saysLoudlyThatADeploymentIsSimulated() throws IOException {
    Session session = Session.of("init", "--simulated", "-d", directory.toString());
    assertThat(deployment().mode()).isEqualTo(Mode.SIMULATED);
    assertThat(session.err()).contains("SIMULATED", "protects nothing");
  }

  @Test
  void privateKeysAreReadableByTheirOwnerOnlyAndNeverPrinted() throws IOException {
    Session session = Session.of("init", "-d", directory.toString());
    for (String name : new String[] {"update-owner.key", "recovery-owner.key"}) {
      Path key = directory.resolve(name);
      assertThat(Files.getPosixFilePermissions(key))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      String body = Files.readAllLines(key).get(1);
      assertThat(session.out() + session.err()).doesNotContain(body);
    }
  }

  @Test
  void neverMakesADeploymentTwice() throws IOException {
    Session.of("init", "-d", directory.toString());
    byte[] before = Files.readAllBytes(directory.resolve("deployment.json"));
    Session again = Session.of("init", "-d", directory.toString());
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).startsWith("error CL-CLI-004 at " + directory);
    assertThat(Files.readAllBytes(directory.resolve("deployment.json"))).isEqualTo(before);
  }

  @Test
  void twoDeploymentsOfOneNameHaveDifferentPins() {
    String first = Session.of("init", "-d", directory.resolve("a").toString()).out();
    String second = Session.of("init", "-d", directory.resolve("b").toString()).out();
    assertThat(first.lines().toList().getLast()).isNotEqualTo(second.lines().toList().getLast());
  }

  @Test
  void refusesANameThatIsNoDnsLabel() {
    Session session = Session.of("init", "--name", "My Shop", "-d", directory.toString());
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).contains("CL-MAN-002");
    assertThat(directory.resolve("deployment.json")).doesNotExist();
  }

  @Test
  void refusesAThresholdThatNobodyCanReach() {
    Session session = Session.of("init", "--update-threshold", "2", "-d", directory.toString());
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).contains("CL-MAN-004");
  }

  @Test
  void refusesAFileWithoutAPublicKey() throws IOException {
    Path file = Files.writeString(directory.resolve("a.pem"), "nothing");
    Session session =
        Session.of("init", "--update-owner", file.toString(), "-d", directory.toString());
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).contains("CL-MAN-003", "a.pem");
  }

  @Test
  void takesARecoveryOwnersTwoKeysFromOneFileAndRefusesOneAlone() throws IOException {
    String signing =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAuk7rGsGSHj2z94fo4pskwyY/NM5svz+wzx+DK8zEdTc="
            + "\n-----END PUBLIC KEY-----\n";
    String encryption =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAjWJasbML8DvcLg0OGX0gwuy8HuPvSYbTO63/47FsyAE="
            + "\n-----END PUBLIC KEY-----\n";
    Path alone = Files.writeString(directory.resolve("alone.pem"), signing);
    Session refused =
        Session.of("init", "--recovery-owner", alone.toString(), "-d", directory.toString());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("CL-MAN-003", "alone.pem");
    Path both = Files.writeString(directory.resolve("both.pem"), signing + encryption);
    Path other = directory.resolve("other");
    Session taken = Session.of("init", "--recovery-owner", both.toString(), "-d", other.toString());
    assertThat(taken.status()).isZero();
    assertThat(other.resolve("recovery-owner.key")).doesNotExist();
  }

  @Test
  void aMissingKeyFileIsAnEnvironmentError() {
    Session session = Session.of("init", "--update-owner", "/no/such", "-d", directory.toString());
    assertThat(session.status()).isEqualTo(3);
    assertThat(session.err()).startsWith("error CL-CLI-002 at /no/such: there is no such file.");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAnEnvironmentError() {
    Session session = Session.of("init", "-d", "/proc/nothing");
    assertThat(session.status()).isEqualTo(3);
    assertThat(session.err()).contains("CL-CLI-003", "/proc/nothing");
  }

  @Test
  void printsOneJsonDocumentWhenAsked() {
    Session session = Session.of("init", "-o", "json", "-d", directory.toString());
    JsonFields fields =
        JsonFields.of(JsonParser.parse(Bytes.ofUtf8(session.out()), JsonBudget.DOCUMENT), "");
    assertThat(fields.bool("ok")).isTrue();
    assertThat(fields.string("mode")).isEqualTo("hardware");
    assertThat(fields.hex("pin", 32).size()).isEqualTo(32);
  }
}
