/**
 * The pod policy of design D1: the guest composes, the host asks.
 *
 * <ul>
 *   <li>{@link dev.cloister.policy.PodPolicy} is the measured document: everything that decides
 *       what runs, as data. {@link dev.cloister.policy.PodPolicy#parse} reads it strictly, {@link
 *       dev.cloister.policy.PodPolicy#toBytes} writes its one canonical form.
 *   <li>{@link dev.cloister.policy.Composer} makes the OCI runtime configuration of a container,
 *       and the files that kubelet would write, from the policy and the {@link
 *       dev.cloister.policy.PodFacts} alone.
 *   <li>{@link dev.cloister.policy.Guard} is the state machine that every request of the host
 *       passes.
 *   <li>{@link dev.cloister.policy.PolicyDiff} names the paths in which two policies differ.
 * </ul>
 *
 * <p>The agent loads this module on its way to its first answer, in a guest that may be emulated:
 * there are no regular expressions, no reflection, no streams and few lambdas here. Records are
 * immutable and safe for any thread; the guard says its own threading.
 */
@NullMarked
package dev.cloister.policy;

import org.jspecify.annotations.NullMarked;
