package dev.cloister.manifest;

import java.util.List;

/**
 * A transition of a history, and what was proven about it.
 *
 * @param transition the statement
 * @param signers whose signatures held
 * @param bothQuorums whether it needed update and recovery owners
 */
public record AcceptedTransition(
    Transition transition, List<OwnerKey> signers, boolean bothQuorums) {

  public AcceptedTransition {
    signers = List.copyOf(signers);
  }
}
