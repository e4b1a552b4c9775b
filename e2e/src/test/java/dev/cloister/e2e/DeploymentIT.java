package dev.cloister.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.cli.Terminal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A deployment with three owners, its Coordinator and front and database in real VMs; then every
 * attack of the demo on it, each by its own name. They share the deployment, so they run in an
 * order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeploymentIT {

  private final Stage stage =
      new Stage(Terminal.ofProcess(), Checkout.locations(), EvidenceType.SNP);
  private final Steps steps = new Steps(stage, _ -> {});
  private final DeploymentStory story = new DeploymentStory(stage, _ -> {}, steps);
  private final List<Attack> tried = new ArrayList<>();

  @BeforeAll
  void prepare() {
    stage.build();
    stage.publish();
  }

  @AfterAll
  void takeDown() {
    stage.close();
    assertThat(tried).containsExactlyElementsOf(Attacks.onDeployments());
  }

  private void refused(Attack attack) {
    tried.add(attack);
    assertThat(attack.attempt(stage)).isNotBlank();
  }

  @Test
  @Order(0)
  void frontAndDatabaseJoinWhatTheirOwnersSignedAndAnOutsiderVerifiesIt() {
    story.open();
    assertThat(steps.results()).hasSize(6).allSatisfy(step -> assertThat(step.ok()).isTrue());
  }

  @Test
  @Order(1)
  void anUpdateByTwoOfThreeOwnersTakesEffectWithoutARestart() {
    assertThat(story.change()).describedAs("%s", steps.results().getLast()).isTrue();
  }

  @Test
  @Order(2)
  void verificationWithoutAllowSimulated() {
    refused(new SimulatedUnasked());
  }

  @Test
  @Order(3)
  void aSelfMadeCoordinator() {
    refused(new SelfMadeCoordinator());
  }

  @Test
  @Order(4)
  void aGenuineCoordinatorOfAnotherDeployment() {
    refused(new OtherDeploymentsCoordinator());
  }

  @Test
  @Order(5)
  void aManInTheMiddleWhoRelaysTheWholeExchange() {
    refused(new RelayedExchange());
  }

  @Test
  @Order(6)
  void oneOwnerAlone() {
    refused(new OneOwnerAlone());
  }

  @Test
  @Order(7)
  void anApprovalReplayed() {
    refused(new ReplayedApproval());
  }

  @Test
  @Order(8)
  void aManifestWithOneByteChanged() {
    refused(new ChangedManifest());
  }

  @Test
  @Order(9)
  void staleEvidenceReplayed() {
    refused(new StaleEvidence());
  }

  @Test
  @Order(10)
  void plainTcpToTheDatabaseFromOutside() {
    refused(new PlainToDatabase());
  }

  @Test
  @Order(11)
  void tlsToTheDatabaseWithoutACertificateOfTheMesh() {
    refused(new StrangerToDatabase());
  }

  @Test
  @Order(12)
  void aPodOfTheDeploymentThatTheGraphDoesNotName() {
    refused(new UnnamedCaller());
  }

  @Test
  @Order(13)
  void aContainerThatTriesToReachTheInternet() {
    refused(new ContainerToInternet());
  }

  @Test
  @Order(14)
  void dnsThatPointsTheDatabasesNameAtAnAttacker() {
    refused(new LyingDns());
  }

  @Test
  @Order(15)
  void aCertificateOfAnOlderGenerationAfterItsGrace() {
    refused(new OlderGeneration());
  }

  @Test
  @Order(16)
  void aWorkloadThatNoManifestLists() {
    refused(new UnlistedWorkload());
  }

  @Test
  @Order(17)
  void aListedWorkloadWithAnotherPolicy() {
    refused(new OtherPolicy());
  }

  @Test
  @Order(18)
  void aFreshInstanceToWhichTheFirstTransitionIsReplayed() {
    refused(new FreshInstance());
  }

  @Test
  @Order(19)
  void theStoreRolledBackBeforeRecovery() {
    refused(new RolledBackStore());
  }

  @Test
  @Order(20)
  void twoOfThreeSharesBringTheCoordinatorBack() {
    assertThat(story.recover()).contains("serves again");
  }
}
