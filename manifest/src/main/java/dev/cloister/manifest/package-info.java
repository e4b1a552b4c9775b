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
 * </ul>
 *
 * <p>Every document is hashed as the bytes received and never written again to be verified;
 * unknown, duplicate and missing fields are refused. All types are immutable and safe for use by
 * any thread.
 */
@NullMarked
package dev.cloister.manifest;

import org.jspecify.annotations.NullMarked;
