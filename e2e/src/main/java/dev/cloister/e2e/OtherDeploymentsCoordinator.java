package dev.cloister.e2e;

import dev.cloister.channel.ChannelError;
import dev.cloister.cli.LocalCoordinator;
import dev.cloister.client.CoordinatorAddress;

/** A genuine Coordinator in a genuine VM, whose deployment.json names the attacker as owner. */
record OtherDeploymentsCoordinator() implements Attack {

  private static final String NAMESPACE = "evil";
  private static final String POD = NAMESPACE + "/coordinator";

  @Override
  public String name() {
    return "a fake Coordinator: genuine image, another deployment.json";
  }

  @Override
  public String refuser() {
    return "attested channel";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    guestbook.shell().run("init", "--name", "guestbook", "--simulated", "-d", "@evil");
    guestbook
        .shell()
        .run(
            "generate",
            "@coordinator.yaml",
            "--namespace",
            NAMESPACE,
            "--deployment",
            "@evil/deployment.json",
            "--to",
            "@evil/generated");
    guestbook
        .shell()
        .run(
            "up",
            "@evil/generated/coordinator.yaml",
            "--deployment",
            "@evil/deployment.json",
            "--namespace",
            NAMESPACE);
    try {
      String host = stage.node().pod(POD).ips().getFirst();
      CoordinatorAddress evil = new CoordinatorAddress(host, CoordinatorAddress.CHANNEL_PORT);
      LocalCoordinator.awaitAnswer(evil, stage.terminal());
      return guestbook
          .people()
          .refusedToOutsiders(
              ChannelError.REFUSED_BY_PEER, ChannelError.PIN_NOT_SERVED.code(), evil);
    } finally {
      guestbook.shell().run("down", POD);
    }
  }
}
