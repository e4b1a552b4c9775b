/**
 * Verifies a deployment, knowing nothing but its pin.
 *
 * <pre>{@code
 * Trust trust = Trust.of(pin, InstantSource.system());
 * CoordinatorClient client = new CoordinatorClient(trust, ClientLimits.STANDARD, random);
 * try (CoordinatorLink link = client.verify(CoordinatorAddress.parse("203.0.113.7:7443"))) {
 *   VerifiedCoordinator verified = link.verify();
 * }
 * }</pre>
 *
 * <p>In this order, and nothing is believed before its turn: the attested channel opens to a VM
 * whose initdata holds the {@code deployment.json} of the pin; its history is replayed from there;
 * the history's end is the head that the VM's evidence names; the evidence is genuine and is that
 * of a Coordinator which the manifest in force lists; the root CA has the key that the first
 * transition names, and has signed the mesh CAs. Only then does a {@link
 * dev.cloister.client.VerifiedCoordinator} exist.
 *
 * <p>Everything blocks, within the times of {@link dev.cloister.client.ClientLimits}. A refusal is
 * a {@link dev.cloister.encoding.CloisterException} with the code of the module that refused.
 */
@NullMarked
package dev.cloister.client;

import org.jspecify.annotations.NullMarked;
