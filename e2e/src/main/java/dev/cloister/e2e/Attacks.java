package dev.cloister.e2e;

import java.util.List;

/** All attacks, in the order in which one pod, and one deployment, can bear them. */
final class Attacks {

  private static final List<Attack> ON_PODS =
      List.of(
          new AppBeforeInit(),
          new UndeclaredContainer(),
          new EnvironmentLeftOut(),
          new ContainerTwice(),
          new ShellByExec(),
          new MalformedFrames(),
          new ChangedVariable(),
          new ChangedImageByte(),
          new OtherImageDisk(),
          new MovedTag(),
          new ChangedGuestRoot(),
          new OtherCommandLine(),
          new OtherKernel(),
          new SwappedInitdata());

  private static final List<Attack> ON_DEPLOYMENTS =
      List.of(
          new SimulatedUnasked(),
          new SelfMadeCoordinator(),
          new OtherDeploymentsCoordinator(),
          new RelayedExchange(),
          new OneOwnerAlone(),
          new ReplayedApproval(),
          new ChangedManifest(),
          new StaleEvidence(),
          new PlainToDatabase(),
          new StrangerToDatabase(),
          new UnnamedCaller(),
          new ContainerToInternet(),
          new LyingDns(),
          new OlderGeneration(),
          new UnlistedWorkload(),
          new OtherPolicy(),
          new FreshInstance(),
          new RolledBackStore());

  private Attacks() {}

  /** Those on one pod; the first of them share a running agent. */
  static List<Attack> onPods() {
    return ON_PODS;
  }

  /** Those on a deployment; the last ones leave its Coordinator in need of recovery. */
  static List<Attack> onDeployments() {
    return ON_DEPLOYMENTS;
  }
}
