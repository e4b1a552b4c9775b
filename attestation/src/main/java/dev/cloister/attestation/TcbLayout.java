package dev.cloister.attestation;

/** How the 8 bytes of a TCB_VERSION are laid out (AMD 56860, section "TCB Version"). */
public enum TcbLayout {
  /** Boot loader, TEE, four reserved bytes, SNP, microcode. */
  MILAN_GENOA,
  /** FMC, boot loader, TEE, SNP, three reserved bytes, microcode. */
  TURIN
}
