package dev.cloister.e2e;

import dev.cloister.manifest.ManifestError;

/**
 * The Coordinator restarts, and the host shows it a store that ends before the newest transition.
 */
record RolledBackStore() implements Attack {

  @Override
  public String name() {
    return "the store rolled back before recovery";
  }

  @Override
  public String refuser() {
    return "client";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    guestbook.restartCoordinator(KeptStores.FIRST);
    return guestbook
        .shell()
        .refusal(ManifestError.OLDER_HEAD, "", guestbook.people().recovery("rut", 1));
  }
}
