package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import java.util.List;

/**
 * What a Coordinator says about itself. Nothing of it is proven because it says so.
 *
 * @param phase where it is
 * @param rootCertificate its root CA, DER; empty where it has none again yet
 * @param head its newest transition
 * @param missingShares how many shares it still needs while it recovers
 * @param meshCertificates its mesh CAs, DER, newest first; none before the first transition
 */
public record CoordinatorState(
    Phase phase,
    Bytes rootCertificate,
    Head head,
    int missingShares,
    List<Bytes> meshCertificates) {

  public CoordinatorState {
    meshCertificates = List.copyOf(meshCertificates);
  }
}
