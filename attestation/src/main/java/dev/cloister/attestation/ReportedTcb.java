package dev.cloister.attestation;

/**
 * The TCB version that says what the signing key was derived for (AMD 56860, ATTESTATION_REPORT).
 */
public record ReportedTcb(TcbVersion version) {}
