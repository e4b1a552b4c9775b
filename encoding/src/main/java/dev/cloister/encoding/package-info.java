/**
 * Bytes, secrets, transcripts, strict JSON and DER, needing nothing but the JDK.
 *
 * <p>Every decoder here takes a budget (bytes, depth, count) and refuses what it does not know;
 * every refusal is a {@link dev.cloister.encoding.CloisterException} with a stable code and the
 * path of what was wrong. All types are immutable and safe for use by any thread unless their own
 * comment says otherwise.
 */
@NullMarked
package dev.cloister.encoding;

import org.jspecify.annotations.NullMarked;
