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
    Shop shop = stage.shop();
    shop.people().sign(People.THIRD, "all for me", "cid");
    SignedTransition alone = shop.transition("third.json");
    return Refusals.of(
        ManifestError.QUORUM_MISSING, "", () -> shop.send(alone, shop.manifest().document()));
  }
}
