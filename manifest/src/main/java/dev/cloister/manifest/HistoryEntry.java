package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;

/**
 * One transition as it travels and is stored.
 *
 * @param transition the signed statement
 * @param manifest the bytes of the manifest that it puts into force
 */
public record HistoryEntry(SignedTransition transition, Bytes manifest) {}
