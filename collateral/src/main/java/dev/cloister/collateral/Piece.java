package dev.cloister.collateral;

import dev.cloister.encoding.Bytes;
import java.time.Instant;

/**
 * Something that a vendor published.
 *
 * @param name what it is: the path of the service that serves it
 * @param content the body, exactly as served
 * @param chain the certificates of whoever signed it, in PEM, where the service sends them along;
 *     else empty
 * @param fetched when it was asked for
 */
public record Piece(String name, Bytes content, Bytes chain, Instant fetched) {}
