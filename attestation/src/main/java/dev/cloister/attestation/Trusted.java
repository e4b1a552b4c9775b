package dev.cloister.attestation;

import java.util.List;

/**
 * The evidence is genuine and is what was asked for.
 *
 * @param claims what the evidence says
 * @param reference the reference value that it matched
 * @param notCompared fields of the evidence that nobody asked to be compared
 */
public record Trusted(Claims claims, ReferenceValue reference, List<String> notCompared)
    implements Verdict {
  public Trusted {
    notCompared = List.copyOf(notCompared);
  }
}
