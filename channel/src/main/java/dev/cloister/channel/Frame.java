package dev.cloister.channel;

import dev.cloister.encoding.Bytes;

/** One frame as received. */
record Frame(FrameType type, Bytes body) {}
