package dev.cloister.kubernetes;

/**
 * A field of the YAML that is left to the host and is not part of the policy.
 *
 * @param path its path, for example {@code spec.template.spec.affinity}
 * @param at where it stands
 */
public record IgnoredField(String path, Position at) {}
