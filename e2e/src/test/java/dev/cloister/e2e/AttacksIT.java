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
 * The example in a real VM, then every attack of the demo, each by its own name. The attacks on a
 * running agent share one VM, so they run in an order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AttacksIT {

  private final Stage stage =
      new Stage(Terminal.ofProcess(), Checkout.locations(), EvidenceType.SNP);
  private final List<Attack> tried = new ArrayList<>();

  @BeforeAll
  void prepare() {
    stage.build();
    stage.publish();
    stage.generate();
  }

  @Test
  @Order(0)
  void theHonestPodServesAndIsTrusted() {
    Steps steps = new Steps(stage, result -> {});
    new PodStory(stage, story -> {}, steps).honest();
    assertThat(steps.results()).hasSize(3).allSatisfy(step -> assertThat(step.ok()).isTrue());
  }

  @AfterAll
  void takeDown() {
    stage.close();
    assertThat(tried).containsExactlyElementsOf(Attacks.onPods());
  }

  private void refused(Attack attack) {
    tried.add(attack);
    assertThat(attack.attempt(stage)).isNotBlank();
  }

  @Test
  @Order(1)
  void anAppBeforeItsInitContainer() {
    refused(new AppBeforeInit());
  }

  @Test
  @Order(2)
  void anUndeclaredContainer() {
    refused(new UndeclaredContainer());
  }

  @Test
  @Order(3)
  void aHostThatLeavesOutTheEnvironment() {
    refused(new EnvironmentLeftOut());
  }

  @Test
  @Order(4)
  void aContainerStartedTwice() {
    refused(new ContainerTwice());
  }

  @Test
  @Order(5)
  void aShellByExec() {
    refused(new ShellByExec());
  }

  @Test
  @Order(6)
  void aThousandMalformedFrames() {
    refused(new MalformedFrames());
    stage.endHostilePod();
  }

  @Test
  @Order(7)
  void aReDerivedPolicyWithOneVariableChanged() {
    refused(new ChangedVariable());
  }

  @Test
  @Order(8)
  void oneByteOfAnImageDiskChanged() {
    refused(new ChangedImageByte());
  }

  @Test
  @Order(9)
  void anotherImagesDiskInItsPlace() {
    refused(new OtherImageDisk());
  }

  @Test
  @Order(10)
  void anImageTagMovedInTheRegistry() {
    refused(new MovedTag());
  }

  @Test
  @Order(11)
  void oneBitOfTheGuestRootChanged() {
    refused(new ChangedGuestRoot());
  }

  @Test
  @Order(12)
  void anotherKernelCommandLine() {
    refused(new OtherCommandLine());
  }

  @Test
  @Order(13)
  void anotherKernel() {
    refused(new OtherKernel());
  }

  @Test
  @Order(14)
  void theInitdataDiskSwappedAfterMeasuring() {
    refused(new SwappedInitdata());
  }
}
