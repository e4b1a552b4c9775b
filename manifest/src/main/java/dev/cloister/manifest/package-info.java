/**
 * The documents that carry all trust, and who vouches for what.
 *
 * <ul>
 *   <li>{@link dev.cloister.manifest.Deployment} ({@code deployment.json}): who owns a deployment.
 *       Its SHA-256, the {@link dev.cloister.manifest.DeploymentPin}, is the one value that a
 *       relying party must know.
 *   <li>{@link dev.cloister.manifest.Initdata}: what one pod is. Its SHA-256 is in the evidence of
 *       the pod's VM.
 *   <li>{@link dev.cloister.manifest.Manifest} ({@code manifest.json}): what may run, by the
 *       digests of initdata, and on which machines and guest images.
 *   <li>{@link dev.cloister.manifest.Transition}: a statement that puts a manifest into force,
 *       signed by owners ({@link dev.cloister.manifest.SignedTransition}, {@link
 *       dev.cloister.manifest.Approval}) and linked to the one before it. {@link
 *       dev.cloister.manifest.History} is the chain, and knows the rules of the two quorums.
 *   <li>{@link dev.cloister.manifest.Floor}, {@link dev.cloister.manifest.KnownHeads}, {@link
 *       dev.cloister.manifest.SigningRecord}: memories, against a history turned back or forked.
 *   <li>{@link dev.cloister.manifest.RecoveryShare}: a share of the seed, for one recovery owner.
 * </ul>
 *
 * <p>Every document is hashed as the bytes received and never written again to be verified;
 * unknown, duplicate and missing fields are refused. All types are immutable and safe for use by
 * any thread.
 */
@NullMarked
package dev.cloister.manifest;

import org.jspecify.annotations.NullMarked;
