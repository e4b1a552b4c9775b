package dev.cloister.attestation;

/** What a VM shows of itself, with what is needed to check it. Nothing in it is trusted yet. */
public sealed interface Evidence permits SnpEvidence, TdxEvidence {}
