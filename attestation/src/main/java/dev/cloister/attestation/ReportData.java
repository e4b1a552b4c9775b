package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;

/**
 * The 64 bytes that evidence carries for its asker. Only a hash ever stands there, over the kind of
 * the evidence and what it is about, so that no container can make evidence that speaks for the
 * agent.
 */
public final class ReportData {

  /** Length in bytes (AMD 56860, table ATTESTATION_REPORT, REPORT_DATA). */
  public static final int SIZE = 64;

  private ReportData() {}

  /**
   * SHA-512 of the transcript {@code "cloister/evidence/v1", kind, what}.
   *
   * @param what what the evidence is about, of any length
   * @return 64 bytes
   */
  public static Bytes of(EvidenceKind kind, Bytes what) {
    return Transcript.of("cloister/evidence/v1").add(kind.text()).add(what).sha512();
  }

  /**
   * The report data of the agent's answer to a verifier's nonce: kind {@link EvidenceKind#AGENT},
   * about the transcript {@code "cloister/attest/v1", nonce}.
   *
   * @param nonce 32 random bytes of the verifier
   */
  public static Bytes ofNonce(Bytes nonce) {
    return of(EvidenceKind.AGENT, Transcript.of("cloister/attest/v1").add(nonce).toBytes());
  }
}
