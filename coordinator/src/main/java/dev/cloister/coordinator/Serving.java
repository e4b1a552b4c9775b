package dev.cloister.coordinator;

import dev.cloister.client.CoordinatorState;
import dev.cloister.client.Phase;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import java.util.List;

/**
 * What a ready Coordinator shows, all of one moment.
 *
 * @param history up to the newest transition
 * @param entries the same as documents, oldest first
 * @param rootCertificate of the root CA, DER
 * @param meshCertificates of the mesh CAs, DER, newest generation first
 * @param initdata the document of the Coordinator's own VM
 */
public record Serving(
    History history,
    List<HistoryEntry> entries,
    Bytes rootCertificate,
    List<Bytes> meshCertificates,
    Bytes initdata) {

  public Serving {
    entries = List.copyOf(entries);
    meshCertificates = List.copyOf(meshCertificates);
  }

  /** The same in short. */
  public CoordinatorState state() {
    return new CoordinatorState(Phase.READY, rootCertificate, history.head(), 0, meshCertificates);
  }
}
