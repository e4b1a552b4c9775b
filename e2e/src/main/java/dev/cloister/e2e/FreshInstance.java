package dev.cloister.e2e;

import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.ManifestError;

/**
 * The host starts the genuine Coordinator once more, with an empty store, and replays to it the
 * first transition that the owners once signed for another instance.
 */
record FreshInstance() implements Attack {

  @Override
  public String name() {
    return "a fake Coordinator: genuine, but a fresh instance";
  }

  @Override
  public String refuser() {
    return "Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    guestbook.restartCoordinator(KeptStores.NONE);
    HistoryEntry first = guestbook.entries().getFirst();
    return Refusals.of(
        ManifestError.OTHER_COORDINATOR,
        "statement.coordinatorRoot",
        () -> guestbook.send(first.transition(), first.manifest(), Head.NONE));
  }
}
