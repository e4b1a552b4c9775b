package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners who speak to a Coordinator on loopback: real channel, real evidence, real keys. */
class CoordinatorCommandsTest {

  @TempDir private Path directory;

  private static void assertRefused(Session session, int status, String code) {
    assertThat(session.err()).contains("error " + code);
    assertThat(session.status()).as(session.err()).isEqualTo(status);
  }

  private static void assertDone(Session session) {
    assertThat(session.status()).as(session.err() + session.out()).isZero();
  }

  @Test
  void oneOwnerPutsAManifestIntoForceWithOneCommand() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      Session session = shop.run("", "set", "-m", shop.manifest("web"));
      assertDone(session);
      assertThat(session.out())
          .contains("transition 1 of shop")
          .contains("workload default/web: added")
          .contains("in force  1 (")
          .contains("share-1-1.json");
      assertThat(directory.resolve("root-ca.pem")).exists();
      assertThat(directory.resolve("mesh-ca.pem")).exists();
      assertThat(directory.resolve("transitions/1.json")).exists();
      assertThat(session.err()).contains("Hand each recovery owner their share");
      assertDone(shop.run("", "set", "-m", shop.manifest("web", "db"), "--reason", "a database"));
      Session history = shop.run("", "history", "--changes");
      assertThat(history.out()).contains("a database").contains("workload default/db: added");
      assertThat(history.err()).contains("The Coordinator proved that the last one is in force.");
    }
  }

  @Test
  void twoOfThreeOwnersAndARecoveryOwnerBringTheFirstManifest() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      String manifest = shop.manifest("web");
      String file = directory.resolve("next.json").toString();
      assertDone(shop.run("ann", "sign", "-m", manifest, "--to", file));
      assertRefused(shop.run("ann", "set", "-m", manifest, "--transition", file), 1, "CL-MAN-023");
      assertDone(shop.run("bob", "approve", file, "-m", manifest));
      assertRefused(shop.run("bob", "set", "-m", manifest, "--transition", file), 1, "CL-MAN-024");
      assertDone(shop.run("rut", "approve", file, "-m", manifest));
      assertDone(shop.run("tom", "approve", file, "-m", manifest));
      Session set = shop.run("ann", "set", "-m", manifest, "--transition", file, "-o", "json");
      assertDone(set);
      assertThat(set.out()).contains("\"number\": 1").contains("shares/share-1-3.json");
    }
  }

  @Test
  void copiesThatWereSignedApartAreJoined() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      String manifest = shop.manifest("web", "db");
      String one = directory.resolve("one.json").toString();
      String other = directory.resolve("other.json").toString();
      assertDone(shop.run("ann", "sign", "-m", manifest, "--to", one));
      assertDone(shop.run("bob", "approve", one, "-m", manifest, "--to", other));
      assertDone(
          shop.run("cid", "set", "-m", manifest, "--transition", one, "--transition", other));
    }
  }

  @Test
  void oneOwnerAloneLeavesTheFileForTheOthers() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      String manifest = shop.manifest("web", "db");
      Session alone = shop.run("ann", "set", "-m", manifest);
      assertRefused(alone, 1, "CL-MAN-023");
      String file = directory.resolve("ann/transition-2.json").toString();
      assertThat(alone.err()).contains("cloister approve " + file);
      assertDone(shop.run("bob", "approve", file, "-m", manifest));
      assertDone(shop.run("bob", "set", "-m", manifest, "--transition", file));
    }
  }

  @Test
  void anApprovalIsNotGoodForAnotherManifestNorASecondTime() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      String manifest = shop.manifest("web", "db");
      String file = directory.resolve("next.json").toString();
      assertDone(shop.run("ann", "sign", "-m", manifest, "--to", file));
      assertDone(shop.run("bob", "approve", file, "-m", manifest));
      assertRefused(
          shop.run("ann", "set", "-m", shop.manifest("evil"), "--transition", file),
          1,
          "CL-MAN-029");
      assertDone(shop.run("ann", "set", "-m", manifest, "--transition", file));
      shop.second();
      assertRefused(shop.run("ann", "set", "-m", manifest, "--transition", file), 1, "CL-MAN-027");
    }
  }

  @Test
  void sendingTheNewestAgainGivesLostSharesAgain() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      String manifest = shop.manifest("web");
      assertDone(shop.run("", "set", "-m", manifest));
      assertThat(directory.resolve("transition-1.json")).doesNotExist();
      Path share = directory.resolve("shares/share-1-1.json");
      Files.delete(share);
      String sent = directory.resolve("transitions/1.json").toString();
      Session again = shop.run("", "set", "-m", manifest, "-t", sent);
      assertDone(again);
      assertThat(again.err()).contains("in force already");
      assertThat(share).exists();
      assertThat(shop.coordinator().head().number()).isEqualTo(1);
    }
  }

  @Test
  void refusesACoordinatorThatTheManifestDoesNotList() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      Session session = shop.run("", "set", "-m", shop.manifestOfAnotherCoordinator());
      assertRefused(session, 1, "CL-CLT-005");
      assertThat(directory.resolve("signing-record.json")).doesNotExist();
    }
  }

  @Test
  void refusesAGuestImageThatNoReferenceValueDescribes() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      Session session = shop.run("", "set", "-m", shop.manifestOfAnotherImage());
      assertRefused(session, 1, "CL-ATT-026 at coordinator.report.measurement");
      assertThat(directory.resolve("signing-record.json")).doesNotExist();
    }
  }

  @Test
  void refusesASimulatedCoordinatorWithoutTheOption() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      Session session =
          Session.of(
              "set",
              "-d",
              directory.toString(),
              "-m",
              shop.manifest("web"),
              "-c",
              shop.coordinator().address(),
              "--known-heads",
              directory.resolve("known.json").toString());
      assertRefused(session, 1, "CL-CLT-003");
    }
  }

  @Test
  void refusesAFirstTransitionForAnotherInstance() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      String manifest = shop.manifest("web");
      String file = directory.resolve("next.json").toString();
      assertDone(
          Session.of(
              "sign",
              "--offline",
              "--root",
              "ab".repeat(32),
              "-d",
              directory.resolve("ann").toString(),
              "-m",
              manifest,
              "--to",
              file));
      assertRefused(shop.run("bob", "approve", file, "-m", manifest), 1, "CL-MAN-030");
      assertRefused(shop.run("bob", "set", "-m", manifest, "--transition", file), 1, "CL-MAN-030");
      assertRefused(
          shop.run("bob", "sign", "-m", manifest, "--root", "ab".repeat(32)), 1, "CL-MAN-030");
    }
  }

  @Test
  void theFirstTransitionReplayedToAFreshInstanceIsRefused() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      String manifest = shop.manifest("web");
      assertDone(shop.run("", "set", "-m", manifest));
      try (LoopbackCoordinator fresh = shop.freshInstance()) {
        Session session =
            shop.runAt(
                fresh,
                "",
                "set",
                "-m",
                manifest,
                "--transition",
                directory.resolve("transitions/1.json").toString());
        assertRefused(session, 1, "CL-MAN-032");
      }
    }
  }

  @Test
  void refusesToLockEverybodyOut() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertDone(shop.run("", "set", "-m", shop.manifest("web")));
      Session session = shop.run("", "set", "-m", shop.manifestWithoutCoordinator());
      assertRefused(session, 1, "CL-MAN-038");
      assertThat(shop.coordinator().head().number()).isEqualTo(1);
    }
  }

  @Test
  void findsACoordinatorThatTakesATransitionAndDropsIt() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory);
        ForgetfulCoordinator forgetful = shop.forgetful()) {
      String first = shop.manifest("web");
      assertDone(shop.runAt(forgetful, "", "set", "-m", first));
      forgetful.forget();
      assertRefused(
          shop.runAt(forgetful, "", "set", "-m", shop.manifest("web", "db")), 1, "CL-CLI-023");
      assertThat(directory.resolve("transitions/2.json")).doesNotExist();
    }
  }

  @Test
  void alarmsAtAnOlderHistory() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      assertDone(shop.run("", "set", "-m", shop.manifest("web")));
      Path old = shop.coordinator().copyStore();
      assertDone(shop.run("", "set", "-m", shop.manifest("web", "db")));
      shop.coordinator().restartFrom(old);
      assertRefused(shop.run("", "history"), 1, "CL-MAN-032");
    }
  }

  @Test
  void recoversWithTwoOfThreeSharesHandedInApart() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      shop.coordinator().restart();
      assertRefused(shop.run("ann", "set", "-m", shop.manifest("db")), 4, "CL-CLT-013");
      Session first = shop.recover("rut");
      assertDone(first);
      assertThat(first.out()).contains("handed in share 1").contains("1 more needed");
      Session second = shop.recover("tom");
      assertDone(second);
      assertThat(second.out()).contains("the Coordinator serves again");
      assertThat(shop.run("ann", "history").err()).contains("proved");
    }
  }

  @Test
  void handsNoShareToACoordinatorWhoseStoreWasTurnedBack() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      Path old = shop.coordinator().copyStore();
      shop.second();
      shop.coordinator().restartFrom(old);
      assertRefused(shop.recover("rut"), 1, "CL-MAN-032");
    }
  }

  @Test
  void anOwnerWhoKnewNothingIsTold() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      shop.coordinator().restart();
      assertThat(shop.recover("rut").err()).contains("Nothing was known here");
    }
  }

  @Test
  void refusesAKeyThatOpensNoShareAndAWrongShare() throws IOException {
    try (OwnedShop shop = OwnedShop.ofSeveral(directory)) {
      shop.begin();
      shop.coordinator().restart();
      assertRefused(
          shop.run(
              "rut",
              "recover",
              "--share",
              directory.resolve("ann/shares/share-1-2.json").toString()),
          2,
          "CL-CLI-022");
      assertRefused(shop.run("cid", "recover"), 3, "CL-CLI-002");
      assertRefused(shop.run("bob", "recover", "-k", rutsKey()), 2, "CL-CLI-022");
    }
  }

  private String rutsKey() {
    return directory.resolve("rut/recovery-owner.key").toString();
  }

  @Test
  void saysWhereNobodyAnswersAndWhereNoneIsKnown() throws IOException {
    try (OwnedShop shop = OwnedShop.ofOne(directory)) {
      shop.coordinator().close();
      assertRefused(shop.run("", "set", "-m", shop.manifest("web")), 3, "CL-CLT-002");
      Session none =
          Session.of("set", "-d", directory.toString(), "-m", shop.manifest("web"), "--offline");
      assertRefused(none, 2, "CL-CLI-021");
    }
  }
}
