package dev.cloister.e2e;

import dev.cloister.client.ClientError;

/** Somebody relies on a simulated deployment without having said that this is what he wants. */
record SimulatedUnasked() implements Attack {

  @Override
  public String name() {
    return "verification without --allow-simulated";
  }

  @Override
  public String refuser() {
    return "client";
  }

  @Override
  public String attempt(Stage stage) {
    return stage
        .guestbook()
        .shell()
        .refusal(
            ClientError.SIMULATED_NOT_ALLOWED,
            "",
            "verify",
            stage.guestbook().target(),
            "--known-heads",
            "@outsider.json");
  }
}
