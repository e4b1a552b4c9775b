package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.manifest.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An outsider who knows nothing but the pin, and a Coordinator on loopback. */
class VerifyDeploymentTest {

  @TempDir private Path directory;

  private Session verify(OwnedShop shop, String... more) throws IOException {
    return verify(shop.coordinator(), more);
  }

  private Session verify(LoopbackCoordinator coordinator, String... more) throws IOException {
    Bytes deployment = Bytes.of(Files.readAllBytes(directory.resolve("deployment.json")));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "verify",
                Deployment.parse(deployment).pin() + "@" + coordinator.address(),
                "--known-heads",
                directory.resolve("outsider.json").toString()));
    arguments.addAll(List.of(more));
    return Session.of(arguments.toArray(new String[0]));
  }

  private static void assertDone(Session session) {
    assertThat(session.status()).as(session.err() + session.out()).isZero();
  }

  private static void assertRefused(Session session, int status, String code) {
    assertThat(session.err()).contains("error " + code);
    assertThat(session.status()).as(session.err()).isEqualTo(status);
    assertThat(session.out()).isEmpty();
  }

  @Test
  void saysWhatIsProvenAndWhatIsNot() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertDone(shop.run("", "set", "-m", shop.manifest("web"), "--reason", "the first"));
      Session session = verify(shop, "--allow-simulated");
      assertDone(session);
      assertThat(session.out())
          .startsWith("VERIFIED  shop\n  " + Simulated.WARNING)
          .contains("reason        the first")
          .contains("may run       web.default.shop.id.cloister.internal")
          .contains("\nproven: each of the 1 transitions was signed by the owners")
          .contains("\nnot proven: anything against whoever runs the machine")
          .contains("\nnot proven: that no newer transition exists")
          .contains("\nremembered in " + directory.resolve("outsider.json"));
    }
  }

  @Test
  void refusesASimulatedDeploymentUnasked() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertDone(shop.run("", "set", "-m", shop.manifest("web")));
      assertRefused(verify(shop), 1, "CL-CLT-003");
      assertThat(directory.resolve("outsider.json")).doesNotExist();
    }
  }

  @Test
  void cannotDecideBeforeTheFirstManifestOrWhileItRecovers() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertRefused(verify(shop, "--allow-simulated"), 4, "CL-CLT-012");
      assertDone(shop.run("", "set", "-m", shop.manifest("web")));
      shop.coordinator().restart();
      assertRefused(verify(shop, "--allow-simulated"), 4, "CL-CLT-013");
    }
  }

  @Test
  void writesWhatOthersNeed() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      String manifest = shop.manifest("web");
      assertDone(shop.run("", "set", "-m", manifest));
      Path out = directory.resolve("verified");
      assertDone(verify(shop, "--allow-simulated", "--out", out.toString()));
      assertThat(out.resolve("mesh-ca.pem")).content().startsWith("-----BEGIN CERTIFICATE-----\n");
      assertThat(out.resolve("root-ca.pem")).content().endsWith("-----END CERTIFICATE-----\n");
      assertThat(out.resolve("manifest.json")).hasSameBinaryContentAs(Path.of(manifest));
      assertThat(out.resolve("deployment.json"))
          .hasSameBinaryContentAs(directory.resolve("deployment.json"));
      assertThat(out.resolve("history/1.transition.json")).exists();
      assertThat(out.resolve("coordinator/initdata.json")).content().contains("coordinator");
      assertDone(
          verify(shop, "--allow-simulated", "--floor", out.resolve("floor.json").toString()));
    }
  }

  @Test
  void raisesTheAlarmForAnOlderState() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertDone(shop.run("", "set", "-m", shop.manifest("web")));
      Path out = directory.resolve("verified");
      assertDone(shop.run("", "set", "-m", shop.manifest("web", "db")));
      assertDone(verify(shop, "--allow-simulated", "--out", out.toString()));
      try (LoopbackCoordinator fresh = shop.freshInstance()) {
        Session session = verify(fresh, "--allow-simulated");
        assertRefused(session, 1, "CL-MAN-032");
        assertThat(session.err()).contains("ALARM: ");
        Files.delete(directory.resolve("outsider.json"));
        String floor = out.resolve("floor.json").toString();
        assertRefused(verify(fresh, "--allow-simulated", "--floor", floor), 1, "CL-MAN-032");
      }
    }
  }

  @Test
  void answersProgramsInJson() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertDone(shop.run("", "set", "-m", shop.manifest("web")));
      Session session = verify(shop, "--allow-simulated", "-o", "json");
      assertDone(session);
      JsonFields fields =
          JsonFields.of(
              JsonParser.parse(Bytes.ofUtf8(session.out()), JsonBudget.DOCUMENT), "answer");
      assertThat(fields.bool("ok")).isTrue();
      assertThat(fields.bool("simulated")).isTrue();
      assertThat(session.err()).contains(Simulated.WARNING);
      assertThat(fields.object("head").integer("number", 1, 9)).isEqualTo(1);
      assertThat(fields.strings("notProven", 99)).isNotEmpty();
    }
  }
}
