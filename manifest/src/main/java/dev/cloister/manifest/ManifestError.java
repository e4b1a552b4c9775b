package dev.cloister.manifest;

import dev.cloister.encoding.ErrorCode;

/** What the documents of this module are refused for. */
public enum ManifestError implements ErrorCode {
  UNKNOWN_SCHEMA(
      "CL-MAN-001",
      "The document has a schema that this version does not know.",
      "Use a version of Cloister that knows the schema."),
  BAD_NAME(
      "CL-MAN-002",
      "A name is not a DNS label: 1 to 63 of a-z, 0-9 and '-', no '-' at the ends.",
      "Choose a name of that form."),
  BAD_KEY(
      "CL-MAN-003",
      "An owner's key is not a P-256, P-384 or Ed25519 public key in its one accepted encoding.",
      "Write the key as base64 of its DER SubjectPublicKeyInfo, with an uncompressed point."),
  BAD_QUORUM(
      "CL-MAN-004",
      "The owners cannot form a quorum: keys are missing, too many or named twice, or the threshold"
          + " is not from 1 to their number.",
      "Correct the threshold or the list of keys."),
  WEAK_NONCE(
      "CL-MAN-005",
      "The nonce of the deployment is all zeros.",
      "Make the deployment with 'cloister init', which draws a random nonce."),
  INITDATA_FILE(
      "CL-MAN-006",
      "The initdata holds a file that it may not hold, or lacks one that it must hold.",
      "Make the initdata with 'cloister generate'."),
  INITDATA_DISK(
      "CL-MAN-007",
      "The disk is not an initdata disk.",
      "Give the pod VM the disk that the node made from the pod's initdata."),
  UNKNOWN_REFERENCE_VALUE(
      "CL-MAN-008",
      "A workload names a reference value that the manifest does not hold.",
      "Add the reference value, or remove its name from the workload."),
  NO_REFERENCE_VALUE(
      "CL-MAN-009",
      "A workload names no reference value, so no evidence could ever prove it.",
      "Name at least one reference value of the manifest."),
  WORKLOAD_TWICE(
      "CL-MAN-010",
      "Two entries of the manifest have one name and namespace.",
      "Keep one of the two, or give one another name."),
  BAD_DIGEST(
      "CL-MAN-011",
      "The key of a workload is not a SHA-256 in lower-case hexadecimal.",
      "Make the manifest with 'cloister generate'.");

  private final String code;
  private final String meaning;
  private final String remedy;

  ManifestError(String code, String meaning, String remedy) {
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
}
