/**
 * Evidence of confidential VMs, checked as its vendors specify and as its owners ask for.
 *
 * <p>A caller that verifies evidence writes:
 *
 * <pre>{@code
 * SnpEvidence evidence = SnpEvidence.of(report, certificateTable);
 * Expectation expectation = Expectation.of(ReportData.ofNonce(nonce), initdata.sha256());
 * switch (EvidenceVerifier.forHardware().verify(evidence, references, expectation, clock.instant())) {
 *   case Trusted(SnpClaims claims, ReferenceValue reference, List<String> notCompared) -> use(claims);
 *   case Rejected(ErrorCode code, String path, String expected, String found) -> refuse(code, path);
 *   case Inconclusive(List<String> missing) -> fetch(missing);
 * }
 * }</pre>
 *
 * <p>Two stages, as RFC 9334 has them: {@link dev.cloister.attestation.SnpAuthenticator} says
 * whether evidence is genuine, {@link dev.cloister.attestation.Appraiser} whether it is what a
 * {@link dev.cloister.attestation.ReferenceValue} asks for; {@link
 * dev.cloister.attestation.EvidenceVerifier} does both. Answers are sealed, never an exception.
 * What a launch measures, {@link dev.cloister.attestation.SnpLaunchDigest} computes; for the
 * simulator's firmware, which has no SEV metadata, that is {@link
 * dev.cloister.attestation.SimulatedLaunchDigest}.
 *
 * <p>Everything is immutable and safe for any thread; time is passed in; nothing is fetched.
 */
@NullMarked
package dev.cloister.attestation;

import org.jspecify.annotations.NullMarked;
