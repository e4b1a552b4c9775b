package dev.cloister.attestation;

import dev.cloister.encoding.ErrorCode;

/** Why evidence, certificates, reference values or launch parameters are refused. */
public enum AttestationError implements ErrorCode {
  /** The bytes are not an attestation report as the specification lays it out. */
  REPORT_MALFORMED(
      "CL-ATT-001",
      "The bytes are not an attestation report as the specification lays it out.",
      "Fetch the report again; if it stays so, its firmware is not supported."),
  /** The report has a version that is not known here. */
  REPORT_VERSION_UNKNOWN(
      "CL-ATT-002",
      "The report has a version that is not known here.",
      "Use a release that knows this version."),
  /** The report is not signed with ECDSA P-384 and SHA-384. */
  SIGNATURE_ALGORITHM_UNKNOWN(
      "CL-ATT-003",
      "The report is not signed with ECDSA P-384 and SHA-384.",
      "Use evidence of genuine firmware."),
  /** The report names no key that could have signed it, or its signing key was masked. */
  SIGNING_KEY_UNUSABLE(
      "CL-ATT-004",
      "The report names no key that could have signed it, or its signing key was masked.",
      "Let the host stop masking the chip key."),
  /** The report comes from a processor that is not known here. */
  PRODUCT_UNKNOWN(
      "CL-ATT-005",
      "The report comes from a processor that is not known here.",
      "Use a release that knows this processor."),
  /** A certificate or revocation list is not one of the vendor's shape. */
  CERTIFICATE_MALFORMED(
      "CL-ATT-006",
      "A certificate or revocation list is not one of the vendor's shape.",
      "Fetch the vendor's certificates again."),
  /** The certificate table is not as GHCB section 4.1.8.1 lays it out. */
  CERTIFICATE_TABLE_MALFORMED(
      "CL-ATT-007",
      "The certificate table is not as GHCB section 4.1.8.1 lays it out.",
      "Let the host provide a correct table."),
  /** The chain does not end in the root that was asked for. */
  ROOT_NOT_TRUSTED(
      "CL-ATT-008",
      "The chain does not end in the root that was asked for.",
      "Use evidence under the vendor's own root, or name the root that is meant."),
  /** A certificate was not signed by the one above it. */
  CERTIFICATE_SIGNATURE(
      "CL-ATT-009",
      "A certificate was not signed by the one above it.",
      "Fetch the vendor's certificates again."),
  /** A certificate names another subject or issuer than belongs there. */
  CERTIFICATE_NAME(
      "CL-ATT-010",
      "A certificate names another subject or issuer than belongs there.",
      "Fetch the certificates of this product."),
  /** A certificate is not valid at the time of the check. */
  CERTIFICATE_NOT_CURRENT(
      "CL-ATT-011",
      "A certificate is not valid at the time of the check.",
      "Check the clock, or fetch a renewed certificate."),
  /** An extension of a certificate is missing, doubled, unknown or out of range. */
  CERTIFICATE_EXTENSION(
      "CL-ATT-012",
      "An extension of a certificate is missing, doubled, unknown or out of range.",
      "Fetch the vendor's certificates again."),
  /**
   * The certificate belongs to another chip, product, firmware level or kind of key than the
   * report.
   */
  CERTIFICATE_OF_ANOTHER_CHIP(
      "CL-ATT-013",
      "The certificate belongs to another chip, product, firmware level or kind of key than the report.",
      "Fetch the certificate for this report."),
  /** The revocation list is not one of this root. */
  REVOCATION_LIST_INVALID(
      "CL-ATT-014",
      "The revocation list is not one of this root.",
      "Fetch the revocation list of this product."),
  /** The revocation list is not valid at the time of the check. */
  REVOCATION_LIST_NOT_CURRENT(
      "CL-ATT-015",
      "The revocation list is not valid at the time of the check.",
      "Fetch the revocation list again."),
  /** The vendor has revoked a certificate of the chain. */
  CERTIFICATE_REVOKED(
      "CL-ATT-016",
      "The vendor has revoked a certificate of the chain.",
      "Do not trust this machine before it has a new certificate."),
  /** The report was changed, or signed by another key. */
  REPORT_SIGNATURE(
      "CL-ATT-017",
      "The report was changed, or signed by another key.",
      "Do not trust this evidence."),
  /** The firmware levels in the report contradict each other. */
  TCB_ORDER(
      "CL-ATT-018",
      "The firmware levels in the report contradict each other.",
      "Do not trust this machine."),
  /** The evidence has more or larger parts than evidence has. */
  EVIDENCE_TOO_LARGE(
      "CL-ATT-019",
      "The evidence has more or larger parts than evidence has.",
      "Send the report and its own certificates only."),
  /** The processor is not the one that the reference value is for. */
  PRODUCT_NOT_ALLOWED(
      "CL-ATT-020",
      "The processor is not the one that the reference value is for.",
      "Run on the product named, or add a reference value."),
  /** Reports of this product can be forged by anyone who once had a chip of it. */
  PRODUCT_BROKEN(
      "CL-ATT-021",
      "Reports of this product can be forged by anyone who once had a chip of it.",
      "Use another product, or name this one in acceptKnownBroken."),
  /** The evidence is of another root than the reference value asks for. */
  ROOT_DIFFERS(
      "CL-ATT-022",
      "The evidence is of another root than the reference value asks for.",
      "Use evidence under the root named."),
  /** The reference value asks for a revocation check, and there was no revocation list. */
  REVOCATION_UNCHECKED(
      "CL-ATT-023",
      "The reference value asks for a revocation check, and there was no revocation list.",
      "Send the revocation list along."),
  /** The evidence was made for another question than the one asked. */
  REPORT_DATA_DIFFERS(
      "CL-ATT-024",
      "The evidence was made for another question than the one asked.",
      "Ask again with a fresh nonce; if it stays so, somebody replays evidence."),
  /** The VM was started with other initdata than expected. */
  HOST_DATA_DIFFERS(
      "CL-ATT-025",
      "The VM was started with other initdata than expected.",
      "Compare the initdata of the pod with the one that was generated."),
  /** The VM was started with other firmware, kernel, initrd, command line or number of vCPUs. */
  LAUNCH_DIGEST_DIFFERS(
      "CL-ATT-026",
      "The VM was started with other firmware, kernel, initrd, command line or number of vCPUs.",
      "Start the image that the reference value is for."),
  /** The VM was started with weaker rules than the reference value allows. */
  GUEST_POLICY_DIFFERS(
      "CL-ATT-027",
      "The VM was started with weaker rules than the reference value allows.",
      "Correct the guest policy at launch."),
  /** The machine's set-up is weaker than the reference value allows. */
  PLATFORM_DIFFERS(
      "CL-ATT-028",
      "The machine's set-up is weaker than the reference value allows.",
      "Change the machine's firmware settings, or the reference value."),
  /** Firmware or microcode of the machine is older than the reference value allows. */
  TCB_TOO_OLD(
      "CL-ATT-029",
      "Firmware or microcode of the machine is older than the reference value allows.",
      "Update the machine's firmware."),
  /** The machine runs firmware that it could still roll back. */
  FIRMWARE_PROVISIONAL(
      "CL-ATT-030",
      "The machine runs firmware that it could still roll back.",
      "Commit the firmware, or allow provisional firmware."),
  /** The machine lacks a mitigation that the reference value asks for. */
  MITIGATIONS_MISSING(
      "CL-ATT-031",
      "The machine lacks a mitigation that the reference value asks for.",
      "Update the machine's firmware."),
  /** The report was asked for from another privilege level. */
  VMPL_DIFFERS(
      "CL-ATT-032",
      "The report was asked for from another privilege level.",
      "Ask from the level that the reference value names."),
  /** The chip or cloud is not on the reference value's list. */
  CHIP_NOT_ALLOWED(
      "CL-ATT-033",
      "The chip or cloud is not on the reference value's list.",
      "Run on a listed machine, or add this one."),
  /** The report was signed by a kind of key that the reference value does not allow. */
  SIGNING_KEY_NOT_ALLOWED(
      "CL-ATT-034",
      "The report was signed by a kind of key that the reference value does not allow.",
      "Add the kind to signingKeys, if that is meant."),
  /** The VM's own security version is too low. */
  GUEST_SVN_TOO_OLD(
      "CL-ATT-035", "The VM's own security version is too low.", "Start a newer image."),
  /** The VM's launch was not signed by an identity key of the reference value. */
  ID_KEY_NOT_ALLOWED(
      "CL-ATT-036",
      "The VM's launch was not signed by an identity key of the reference value.",
      "Start the VM with a listed key's ID block."),
  /** The identity key was not signed by an author key of the reference value. */
  AUTHOR_KEY_NOT_ALLOWED(
      "CL-ATT-037",
      "The identity key was not signed by an author key of the reference value.",
      "Start the VM with a listed author's key."),
  /** There is nothing to compare the evidence with. */
  NO_REFERENCE_VALUE(
      "CL-ATT-038",
      "There is nothing to compare the evidence with.",
      "Name at least one reference value."),
  /** The reference value is of a simulated root, which this verifier does not accept. */
  SIMULATED_ROOT_REFUSED(
      "CL-ATT-039",
      "The reference value is of a simulated root, which this verifier does not accept.",
      "Use hardware evidence; only where a deployment says simulated is this root accepted."),
  /** The firmware's tables are not as they must be. */
  FIRMWARE_MALFORMED(
      "CL-ATT-040",
      "The firmware's tables are not as they must be.",
      "Use a firmware built for SEV-SNP."),
  /** The firmware does not check the kernel that it is started with. */
  FIRMWARE_WITHOUT_KERNEL_HASHES(
      "CL-ATT-041",
      "The firmware does not check the kernel that it is started with.",
      "Use a firmware with a section for kernel hashes."),
  /** A parameter of the measured launch is out of range. */
  LAUNCH_PARAMETER(
      "CL-ATT-042",
      "A parameter of the measured launch is out of range.",
      "Correct the parameter."),
  /** The kernel is not a program that a firmware can measure. */
  KERNEL_MALFORMED(
      "CL-ATT-080",
      "The kernel is not a program that a firmware can measure.",
      "Use a bzImage of Linux with an EFI stub."),
  /** The event log is not laid out as the specification says. */
  EVENT_LOG_MALFORMED(
      "CL-ATT-081",
      "The event log is not laid out as the specification says.",
      "Fetch the log again; if it stays so, do not rely on it."),
  /** The event log says what no firmware does. */
  EVENT_LOG_CONTRADICTORY(
      "CL-ATT-082",
      "The event log says what no firmware does.",
      "Do not rely on this log: compare the registers with reference values instead."),
  /** What the evidence is to be compared with has the wrong size. */
  EXPECTATION_INVALID(
      "CL-ATT-043",
      "What the evidence is to be compared with has the wrong size.",
      "Give 64 bytes of report data and 32 bytes of host data."),
  /** The reference value contradicts itself or is empty where it must not be. */
  REFERENCE_VALUE_INVALID(
      "CL-ATT-044",
      "The reference value contradicts itself or is empty where it must not be.",
      "Correct the reference value."),
  /** The kind of evidence is not known here. */
  TEE_UNKNOWN(
      "CL-ATT-045",
      "The kind of evidence is not known here.",
      "Use a release that knows this kind."),
  /** The security processor's firmware is older than the reference value allows. */
  FIRMWARE_VERSION_TOO_OLD(
      "CL-ATT-046",
      "The security processor's firmware is older than the reference value allows.",
      "Update the machine's firmware."),
  /** The bytes are not a TDX quote as the specification lays it out. */
  QUOTE_MALFORMED(
      "CL-ATT-050",
      "The bytes are not a TDX quote as the specification lays it out.",
      "Fetch the quote again; if it stays so, its kind is not supported."),
  /** The quote has a version that is not known here. */
  QUOTE_VERSION_UNKNOWN(
      "CL-ATT-051",
      "The quote has a version that is not known here.",
      "Use a release that knows this version."),
  /** The quote was changed, or its signatures do not lead to the platform's key. */
  QUOTE_SIGNATURE(
      "CL-ATT-052",
      "The quote was changed, or its signatures do not lead to the platform's key.",
      "Do not trust this evidence."),
  /** The enclave that signed the quote is not Intel's. */
  QE_NOT_GENUINE(
      "CL-ATT-053",
      "The enclave that signed the quote is not Intel's.",
      "Do not trust this machine."),
  /** The TDX module is not one that Intel signed. */
  TDX_MODULE_NOT_GENUINE(
      "CL-ATT-054", "The TDX module is not one that Intel signed.", "Do not trust this machine."),
  /** Collateral is not as Intel's provisioning service serves it. */
  COLLATERAL_MALFORMED(
      "CL-ATT-055",
      "Collateral is not as Intel's provisioning service serves it.",
      "Fetch the collateral again, and keep its bytes as they are."),
  /** Collateral was not signed by Intel. */
  COLLATERAL_SIGNATURE(
      "CL-ATT-056",
      "Collateral was not signed by Intel.",
      "Fetch the collateral again, and keep its bytes as they are."),
  /** Collateral is not valid at the time of the check. */
  COLLATERAL_NOT_CURRENT(
      "CL-ATT-057",
      "Collateral is not valid at the time of the check.",
      "Check the clock, or fetch the collateral again."),
  /** Collateral is that of another kind of platform. */
  COLLATERAL_OF_ANOTHER_PLATFORM(
      "CL-ATT-058",
      "Collateral is that of another kind of platform.",
      "Fetch the collateral for the FMSPC of this quote."),
  /** Intel knows no level that the machine's firmware reaches. */
  TCB_LEVEL_UNKNOWN(
      "CL-ATT-059",
      "Intel knows no level that the machine's firmware reaches.",
      "Update the machine's firmware."),
  /** Intel no longer stands for the machine's firmware. */
  TCB_REVOKED(
      "CL-ATT-060",
      "Intel no longer stands for the machine's firmware.",
      "Do not trust this machine before its firmware is updated."),
  /** What Intel says about the machine's firmware is not accepted. */
  TCB_STATUS_NOT_ACCEPTED(
      "CL-ATT-061",
      "What Intel says about the machine's firmware is not accepted.",
      "Update the machine, or accept the status for a time in the reference value's tcb.accept."),
  /** The collateral is older than the reference value allows. */
  TCB_EVALUATION_TOO_OLD(
      "CL-ATT-062",
      "The collateral is older than the reference value allows.",
      "Fetch newer collateral."),
  /** The TD was built with other attributes or features than the reference value allows. */
  TD_ATTRIBUTES_DIFFER(
      "CL-ATT-063",
      "The TD was built with other attributes or features than the reference value allows.",
      "Start the TD with the attributes that the reference value asks for."),
  /** The TD has another owner or service TD than the reference value names. */
  TD_OWNER_DIFFERS(
      "CL-ATT-064",
      "The TD has another owner or service TD than the reference value names.",
      "Start the TD with those that the reference value names."),
  /** The evidence is of another kind than the reference value is for. */
  TEE_DIFFERS(
      "CL-ATT-065",
      "The evidence is of another kind than the reference value is for.",
      "Add a reference value of this kind."),
  /** The bytes are neither a report nor a quote. */
  EVIDENCE_UNKNOWN(
      "CL-ATT-066",
      "The bytes are neither a report nor a quote.",
      "Give the report of 1184 bytes or the quote itself, without anything around it."),
  /** The time of the check is before the date of signed data that was already seen. */
  TIME_BEFORE_SIGNED_DATA(
      "CL-ATT-067",
      "The time of the check is before the date of signed data that was already seen.",
      "Correct the clock; to check evidence at a past time, leave the store of collateral out.");

  private final String code;
  private final String meaning;
  private final String remedy;

  AttestationError(String code, String meaning, String remedy) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }

  @Override
  public Kind kind() {
    return switch (this) {
      case LAUNCH_PARAMETER, EXPECTATION_INVALID, REFERENCE_VALUE_INVALID -> Kind.USAGE;
      default -> Kind.REFUSED;
    };
  }
}
