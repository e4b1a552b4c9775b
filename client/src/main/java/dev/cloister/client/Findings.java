package dev.cloister.client;

import dev.cloister.attestation.GuestPolicy;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TdAttributes;
import dev.cloister.attestation.TdxReferenceValue;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Trusted;
import java.util.ArrayList;
import java.util.List;

/**
 * What a verification has shown, in words, and as clearly what it has not.
 *
 * @param proven each a sentence
 * @param notProven each a sentence
 */
public record Findings(List<String> proven, List<String> notProven) {

  public Findings {
    proven = List.copyOf(proven);
    notProven = List.copyOf(notProven);
  }

  /**
   * The findings of a verification.
   *
   * @param remembered whether an earlier state of the deployment was known, which this one follows
   */
  public static Findings of(VerifiedCoordinator verified, boolean remembered) {
    return new Findings(proven(verified, remembered), notProven(verified, remembered));
  }

  private static List<String> proven(VerifiedCoordinator verified, boolean remembered) {
    List<String> proven = new ArrayList<>();
    proven.add("deployment.json of '" + verified.history().deployment().name() + "' has this pin");
    proven.add(
        "each of the "
            + verified.history().head().number()
            + " transitions was signed by the owners in force at that time");
    if (remembered) {
      proven.add("the history goes through the newest transition that was known here");
    }
    proven.add(
        "a Coordinator of the manifest in force, "
            + verified.entry().fullName()
            + ", answered in this very session");
    proven.add(
        "its VM booted guest image '"
            + verified.evidence().reference().image()
            + "' (launch digest "
            + verified.evidence().reference().launchDigest().toHex()
            + ") with exactly the initdata that the manifest lists");
    proven.add("root and mesh CAs belong to the one instance that the first transition names");
    return proven;
  }

  private static List<String> notProven(VerifiedCoordinator verified, boolean remembered) {
    Trusted evidence = verified.evidence();
    List<String> open = new ArrayList<>();
    if (evidence.reference().root() instanceof TrustAnchor.Simulated) {
      open.add(
          "anything against whoever runs the machine: its processor is SIMULATED and protects"
              + " nothing");
    }
    open.add(
        remembered
            ? "that no newer transition exists: only an older one than known here is noticed"
            : "that no newer transition exists: nothing was known of this deployment here before");
    open.add(
        "which workloads run: a TLS connection that verifies against the mesh CAs and shows an"
            + " identity name proves one");
    open.add(
        "what the workloads do: their initdata digests are listed, their policies and images are"
            + " for the owners to review");
    open.add("that the launch digest was built from any source: build the guest image to compare");
    if (!evidence.claims().revocationChecked()) {
      open.add("that the processor's keys are not revoked: no current revocation list was there");
    }
    if (!evidence.notCompared().isEmpty()) {
      open.add(
          "fields of the evidence that the reference value leaves open: "
              + String.join(", ", evidence.notCompared()));
    }
    addPermissions(evidence.reference(), open);
    return open;
  }

  private static void addPermissions(ReferenceValue reference, List<String> open) {
    switch (reference) {
      case SnpReferenceValue snp -> {
        addDebug(snp.guest().allow().contains(GuestPolicy.Allowance.DEBUG), open);
        if (snp.signers().acceptKnownBroken().contains(snp.product())) {
          open.add("that the report is not forged: the reference value accepts a broken product");
        }
      }
      case TdxReferenceValue tdx -> {
        addDebug(tdx.guest().allow().contains(TdAttributes.Attribute.DEBUG), open);
        if (!tdx.tcb().accept().isEmpty()) {
          open.add("that the firmware is up to date: the reference value accepts older one");
        }
      }
    }
  }

  private static void addDebug(boolean allowed, List<String> open) {
    if (allowed) {
      open.add("that nobody looks into the VM: the reference value allows debugging");
    }
  }
}
