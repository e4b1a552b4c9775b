package dev.cloister.e2e;

import dev.cloister.channel.ChannelError;

/**
 * A man in the middle ends the TLS of both sides and relays the whole exchange, the evidence of the
 * genuine Coordinator included.
 */
record RelayedExchange() implements Attack {

  @Override
  public String name() {
    return "a man in the middle who relays the whole exchange";
  }

  @Override
  public String refuser() {
    return "attested channel";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    try (ManInTheMiddle middle = new ManInTheMiddle(stage.work(), guestbook.address())) {
      return guestbook
          .people()
          .refusedToOutsiders(
              ChannelError.RESPONDER_REFUSED, stage.tee().reportDataPath(), middle.address());
    }
  }
}
