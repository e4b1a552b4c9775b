package dev.cloister.client;

import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Floor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client knows beforehand. Immutable.
 *
 * @param pin the deployment
 * @param floors states of it that are known: a history that does not go through each is refused
 * @param allowSimulated whether a deployment of mode {@code simulated} is accepted at all
 * @param clock says by which time certificates of evidence must be valid
 */
public record Trust(
    DeploymentPin pin, List<Floor> floors, boolean allowSimulated, InstantSource clock) {

  public Trust {
    floors = List.copyOf(floors);
  }

  /** Nothing but the pin is known, and simulated processors are refused. */
  public static Trust of(DeploymentPin pin, InstantSource clock) {
    return new Trust(pin, List.of(), false, clock);
  }

  /** The same, where this state is known too. */
  public Trust withFloor(Floor known) {
    List<Floor> all = new ArrayList<>(floors);
    all.add(known);
    return new Trust(pin, all, allowSimulated, clock);
  }

  /** The same, where a simulated deployment is accepted: it protects nothing. */
  public Trust allowingSimulated() {
    return new Trust(pin, floors, true, clock);
  }
}
