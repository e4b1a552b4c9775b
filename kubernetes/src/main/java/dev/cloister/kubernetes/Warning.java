package dev.cloister.kubernetes;

/**
 * Something in a workload that its reader has to decide about.
 *
 * @param code stable, for example {@code W-PLAIN}
 * @param path path in the YAML
 * @param at where it stands
 * @param text what it is and what can be done, as one sentence
 */
public record Warning(WarningCode code, String path, Position at, String text) {}
