/**
 * The Coordinator of a deployment, itself a pod in a pod VM.
 *
 * <p>A fresh instance makes a seed and waits for the first transition, which names its root key. It
 * then serves: pods that the manifest in force lists get certificates and secrets, owners put
 * further transitions into force, anyone may verify it. After a restart it has its history from the
 * {@link dev.cloister.coordinator.Store}, which it does not trust, and not its seed: it waits for
 * the shares of recovery owners, who name the newest transition that they know.
 *
 * <p>Everything is served by virtual threads, one for each connection and call, and bounded in
 * number, size and time.
 */
@NullMarked
package dev.cloister.coordinator;

import org.jspecify.annotations.NullMarked;
