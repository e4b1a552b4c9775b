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
    Shop shop = stage.shop();
    shop.killCoordinator();
    shop.stores().use(KeptStores.FIRST);
    shop.startCoordinator();
    return shop.shell().refusal(ManifestError.OLDER_HEAD, "", shop.people().recovery("rut", 1));
  }
}
