/**
 * The attested channel: TLS 1.3 between fresh keys, then evidence bound to that very session, then
 * key confirmation under a post-quantum key. {@code docs/channel.md} specifies every byte of it.
 *
 * <pre>{@code
 * Initiator initiator = Initiator.withoutEvidence(check, ChannelLimits.standard(), random);
 * try (AttestedConnection channel = initiator.connect(socket, pin, Purpose.VERIFY, known)) {
 *   use(channel.in(), channel.out(), channel.head());
 * }
 * }</pre>
 *
 * <p>{@link dev.cloister.channel.Initiator} and {@link dev.cloister.channel.Responder} open
 * channels, {@link dev.cloister.channel.AttestedConnection} is an open one, {@link
 * dev.cloister.channel.PeerCheck} decides on evidence ({@link
 * dev.cloister.channel.EvidencePeerCheck} for SNP and TDX), {@link
 * dev.cloister.channel.EvidenceBatcher} lets one report serve many sessions. Everything blocks;
 * waits end at the deadlines of {@link dev.cloister.channel.ChannelLimits}. Every refusal is a
 * {@link dev.cloister.encoding.CloisterException} with a {@link dev.cloister.channel.ChannelError}
 * that names its {@link dev.cloister.channel.Step}.
 */
@NullMarked
package dev.cloister.channel;

import org.jspecify.annotations.NullMarked;
