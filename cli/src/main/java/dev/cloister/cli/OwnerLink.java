package dev.cloister.cli;

import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.FirstCoordinator;
import dev.cloister.client.KnownHeadsFile;
import dev.cloister.client.Phase;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import java.util.ArrayList;
import java.util.List;

/**
 * An owner's link to a Coordinator. What it proves is remembered before it is given out. For one
 * thread.
 */
final class OwnerLink implements AutoCloseable {

  private final CoordinatorLink link;
  private final Terminal terminal;
  private final KnownHeadsFile memory;
  private final OwnerCalls calls;
  private final List<HistoryEntry> entries = new ArrayList<>();

  OwnerLink(CoordinatorLink link, Terminal terminal, KnownHeadsFile memory) {
    this.link = link;
    this.terminal = terminal;
    this.memory = memory;
    this.calls = new OwnerCalls(link.rpc());
  }

  Deployment deployment() {
    return link.deployment();
  }

  /** Whether it says that it has no transition yet. */
  boolean awaitsFirst() {
    return link.state().phase() == Phase.AWAITING_FIRST;
  }

  /** Whether it says that it waits for its recovery owners. */
  boolean recovers() {
    return link.state().phase() == Phase.RECOVERING;
  }

  /** Checks a fresh Coordinator against the manifest that is about to be signed. */
  FirstCoordinator verifyFirst(Manifest manifest) {
    return terminal.during("checking the Coordinator's evidence", () -> link.verifyFirst(manifest));
  }

  /** Verifies a Coordinator that serves. */
  VerifiedCoordinator verify() {
    List<HistoryEntry> fetched = new ArrayList<>();
    VerifiedCoordinator verified =
        terminal.during(
            "verifying the Coordinator and its history", () -> link.verify(fetched::add));
    memory.remember(verified.history());
    entries.addAll(fetched);
    return verified;
  }

  /** Verifies a Coordinator that waits for its recovery owners. */
  History verifyRecovering() {
    List<HistoryEntry> fetched = new ArrayList<>();
    History history =
        terminal.during(
            "verifying the Coordinator and its history", () -> link.verifyRecovering(fetched::add));
    memory.remember(history);
    entries.addAll(fetched);
    return history;
  }

  /** All transitions that were verified by this link, oldest first. */
  List<HistoryEntry> entries() {
    return List.copyOf(entries);
  }

  /** Sends a transition. */
  OwnerCalls.Accepted set(HistoryEntry entry, Head expected) {
    return terminal.during("sending the transition", () -> calls.set(entry, expected));
  }

  /** Hands in a share; how many more are needed. */
  int submit(int index, Secret share, Head known) {
    return terminal.during(
        "handing in the share",
        () ->
            calls.submit(
                index, link.connection().wrap(OwnerCalls.shareLabel(index), share), known));
  }

  @Override
  public void close() {
    link.close();
  }
}
