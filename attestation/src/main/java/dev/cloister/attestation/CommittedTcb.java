package dev.cloister.attestation;

/**
 * The TCB version that says what the machine can't go below any more (AMD 56860,
 * ATTESTATION_REPORT).
 */
public record CommittedTcb(TcbVersion version) {}
