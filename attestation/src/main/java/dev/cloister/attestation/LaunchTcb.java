package dev.cloister.attestation;

/**
 * The TCB version that says what the machine ran when the VM was started (AMD 56860,
 * ATTESTATION_REPORT).
 */
public record LaunchTcb(TcbVersion version) {}
