package dev.cloister.attestation;

/**
 * The evidence is genuine. That says nothing about what runs in the VM.
 *
 * @param claims what the evidence says
 */
public record Authentic(Claims claims) implements Authentication {}
