package dev.cloister.attestation;

/**
 * The first answer (RFC 9334: verification of the endorsement): is the evidence genuine and
 * unrevoked by the vendor's word? Only {@link Authentic} may be appraised.
 */
public sealed interface Authentication permits Authentic, Rejected, Inconclusive {}
