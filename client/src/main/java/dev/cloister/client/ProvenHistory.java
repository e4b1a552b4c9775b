package dev.cloister.client;

import dev.cloister.attestation.Trusted;
import dev.cloister.channel.Evidence;
import dev.cloister.manifest.History;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;

/**
 * A history from the pin on, and a Coordinator's VM that matches the manifest at its end.
 *
 * @param history what the owners decided, with at least one transition
 * @param manifest what may run now
 * @param entry the Coordinator's own entry in it
 * @param evidence why its VM is trusted
 * @param shown the evidence as it was shown
 */
record ProvenHistory(
    History history, Manifest manifest, Workload entry, Trusted evidence, Evidence shown) {}
