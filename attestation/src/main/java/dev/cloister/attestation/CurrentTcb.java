package dev.cloister.attestation;

/** The TCB version that says what the machine runs now (AMD 56860, ATTESTATION_REPORT). */
public record CurrentTcb(TcbVersion version) {}
