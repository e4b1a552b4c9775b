package dev.cloister.attestation;

import java.util.List;

/**
 * Nothing was found wrong, but the question cannot be decided. Never treat this as trust.
 *
 * @param missing what would be needed, for example {@code vcek}
 */
public record Inconclusive(List<String> missing) implements Authentication, Verdict {
  public Inconclusive {
    missing = List.copyOf(missing);
  }
}
