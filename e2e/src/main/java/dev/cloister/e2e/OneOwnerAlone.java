package dev.cloister.e2e;

import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.SignedTransition;

/** One of three owners signs a manifest alone and sends it past the command, which would refuse. */
record OneOwnerAlone() implements Attack {

  @Override
  public String name() {
    return "one owner alone";
  }

  @Override
  public String refuser() {
    return "Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    guestbook.people().sign(People.THIRD, "all for me", "cid");
    SignedTransition alone = guestbook.transition("third.json");
    return Refusals.of(
        ManifestError.QUORUM_MISSING,
        "",
        () -> guestbook.send(alone, guestbook.manifest().document()));
  }
}
