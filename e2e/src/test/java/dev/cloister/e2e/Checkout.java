package dev.cloister.e2e;

import dev.cloister.cli.Locations;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The checkout that is tested. */
final class Checkout {

  private Checkout() {}

  /** Its places, also where Maven was not started by the launcher. */
  static Locations locations() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putIfAbsent("CLOISTER_HOME", Path.of("..").toAbsolutePath().normalize().toString());
    return Locations.of(environment);
  }
}
