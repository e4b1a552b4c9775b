package dev.cloister.e2e;

import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.OwnerSignature;
import dev.cloister.manifest.SignedTransition;
import java.util.ArrayList;
import java.util.List;

/** The approval that an owner gave to an earlier transition is put under another one. */
record ReplayedApproval() implements Attack {

  @Override
  public String name() {
    return "an approval replayed";
  }

  @Override
  public String refuser() {
    return "Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    SignedTransition alone = guestbook.transition("third.json");
    List<OwnerSignature> signatures = new ArrayList<>(alone.signatures());
    for (OwnerSignature earlier : guestbook.transition("second.json").signatures()) {
      if (signatures.stream().noneMatch(own -> own.key().equals(earlier.key()))) {
        signatures.add(earlier);
      }
    }
    SignedTransition forged = new SignedTransition(alone.transition(), signatures);
    return Refusals.of(
        ManifestError.BAD_SIGNATURE,
        "",
        () -> guestbook.send(forged, guestbook.manifest().document()));
  }
}
