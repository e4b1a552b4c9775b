package dev.cloister.attestation;

/**
 * How a check inside this package ends the whole verification; {@link SnpAuthenticator} and {@link
 * Appraiser} turn it into the verdict that callers see.
 */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Rejected rejected;

  Refusal(AttestationError code, String path, String expected, String found) {
    super(code.code(), null, false, false);
    this.rejected = new Rejected(code, path, expected, found);
  }

  Rejected rejected() {
    return rejected;
  }
}
