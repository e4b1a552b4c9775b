package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;

/**
 * A finished exchange.
 *
 * @param head the responder's newest transition
 * @param digest digest of messages 1 to 4, which the next round names
 */
record Round(long number, PeerIdentity peer, Head head, RoundKeys keys, Bytes digest) {}
