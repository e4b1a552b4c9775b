package dev.cloister.cli;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.TrustAnchor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The root that evidence has to end in where no policy names one. */
final class RootOptions {

  @Option(
      names = "--root",
      paramLabel = "ROOT",
      description = "A simulated root, as in a reference value, with --allow-simulated.")
  private @Nullable String root;

  /** The root that was named, or else the vendor's own. */
  TrustAnchor of(Evidence evidence) {
    return root == null ? TrustAnchor.ofVendor(evidence) : TrustAnchor.parse(root, "--root");
  }
}
