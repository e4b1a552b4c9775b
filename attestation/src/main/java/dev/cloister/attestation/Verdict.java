package dev.cloister.attestation;

/**
 * The whole answer: is the evidence genuine, and is it what the owner's reference values ask for?
 */
public sealed interface Verdict permits Trusted, Rejected, Inconclusive {}
