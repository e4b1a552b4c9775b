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
      "A Coordinator, or three versions of a workload, have one name and namespace.",
      "Keep one entry, or two while an update is under way, or give one another name."),
  BAD_DIGEST(
      "CL-MAN-011",
      "A digest is not a SHA-256 in lower-case hexadecimal.",
      "Copy all 64 digits; make manifests with 'cloister generate'."),
  BAD_ENCRYPTION_KEY(
      "CL-MAN-012",
      "A recovery owner's encryption key is not an X25519 public key in its one"
          + " accepted encoding.",
      "Write the key as base64 of its DER SubjectPublicKeyInfo."),
  KEY_PURPOSE(
      "CL-MAN-013",
      "One key stands in two places that must not share one.",
      "Give each owner and each purpose a key of its own."),
  BAD_SAN(
      "CL-MAN-014",
      "A DNS name of a workload is not one that a manifest may give.",
      "Write whole DNS names in lower case, without wildcards, none under"
          + " id.cloister.internal."),
  BAD_SECRET_ID(
      "CL-MAN-015",
      "The id of a workload's secret has another form.",
      "Use up to 128 of a-z, 0-9, '.', '_', '/' and '-', with a letter or digit at"
          + " both ends."),
  BAD_LIFETIME(
      "CL-MAN-016",
      "A time of the manifest's certificates is out of range.",
      "Correct the number of seconds."),
  OTHER_DEPLOYMENT(
      "CL-MAN-017",
      "The document is for another deployment.",
      "Use the documents of one deployment together."),
  MODE_MIXED(
      "CL-MAN-018",
      "A reference value is of another kind than the deployment's mode.",
      "Give a deployment of mode 'hardware' reference values of hardware only, and a"
          + " simulated one simulated ones only."),
  BAD_TRANSITION(
      "CL-MAN-019",
      "The statement of a transition contradicts itself.",
      "Make the statement with 'cloister sign' or the class Transition."),
  BAD_SIGNATURE(
      "CL-MAN-020",
      "A signature is not one of the named key over this statement.",
      "Let the owner sign exactly the prepared bytes."),
  UNKNOWN_SIGNER(
      "CL-MAN-021",
      "A signature names a key that is no owner's.",
      "Remove the signature; only owners in force, and those that an owner change"
          + " names, may sign."),
  SIGNER_TWICE("CL-MAN-022", "One key signed twice.", "Keep one signature of each key."),
  QUORUM_MISSING(
      "CL-MAN-023",
      "Too few update owners have signed.",
      "Collect more approvals of update owners."),
  RECOVERY_QUORUM_MISSING(
      "CL-MAN-024",
      "The transition changes what could take the seed, and too few recovery owners"
          + " have signed.",
      "Collect approvals of recovery owners besides those of update owners."),
  NEW_OWNERS_MISSING(
      "CL-MAN-025",
      "Too few of the new owners have signed, so nothing shows that they hold their keys.",
      "Collect approvals of the new owners too."),
  EXPIRED(
      "CL-MAN-026", "The transition was not accepted before it expired.", "Sign the change anew."),
  NOT_NEXT(
      "CL-MAN-027",
      "The transition does not follow the newest one.",
      "Make a transition that follows the newest one."),
  HEAD_MOVED(
      "CL-MAN-028",
      "The newest transition is another than the sender expected.",
      "Look at the history and decide anew."),
  OTHER_MANIFEST(
      "CL-MAN-029",
      "The manifest is not the one that was signed.",
      "Send the manifest byte for byte as it was signed."),
  OTHER_COORDINATOR(
      "CL-MAN-030",
      "The first transition names the root key of another Coordinator instance.",
      "Sign a first transition for this instance, or reach the one that was meant."),
  OWNERS_UNMARKED(
      "CL-MAN-031",
      "The statement and the manifest do not agree on whether the owners change.",
      "Name owners in the manifest only where they change, and mark the statement then."),
  OLDER_HEAD(
      "CL-MAN-032",
      "An older state was shown than one that is known: somebody turned the history back.",
      "Do not use this Coordinator; find out who controls its store."),
  FORKED_HISTORY(
      "CL-MAN-033",
      "The history is not the one that is known: the deployment has been forked.",
      "Do not use this Coordinator; compare the histories with the other owners."),
  SECOND_SUCCESSOR(
      "CL-MAN-034",
      "Another successor of the same transition was signed here before: signing both"
          + " would allow a fork.",
      "Send the one that was signed; sign another only if you know that it can never"
          + " be accepted."),
  SHARE_UNREADABLE(
      "CL-MAN-035",
      "The recovery share cannot be opened with this key, or was changed.",
      "Use the encryption key of the owner that the share names."),
  BAD_PRIVATE_KEY(
      "CL-MAN-036",
      "The private key is not readable or is none of the owners'.",
      "Give the PKCS #8 private key of an owner."),
  HISTORY_TOO_LONG(
      "CL-MAN-037",
      "The history has more transitions than this version takes.",
      "Begin a new deployment."),
  LOCKED_OUT(
      "CL-MAN-038",
      "After this transition nobody could use or change the deployment.",
      "Correct the manifest, or say that this is meant."),
  BAD_HOST(
      "CL-MAN-039",
      "A host that a workload connects to is not named by a DNS name.",
      "Write a whole DNS name in lower case; addresses, wildcards, localhost and names under"
          + " id.cloister.internal are no hosts."),
  BAD_INBOUND(
      "CL-MAN-040",
      "A port of a workload is to be reached in a way that there is not.",
      "Use mesh or public for TCP only; UDP can be plain only."),
  PORT_TWICE(
      "CL-MAN-041",
      "A workload names one port, or one host and port, twice.",
      "Name each inbound port once, and each port of a host once in connectsTo and external"
          + " together."),
  UNKNOWN_PEER(
      "CL-MAN-042",
      "A workload connects to one that the manifest does not list.",
      "Add the workload, or remove the connection."),
  PORT_NOT_OFFERED(
      "CL-MAN-043",
      "A workload connects to a port that the other does not offer to the mesh.",
      "Add the port to the inbound list of the workload that is called, as mesh or public."),
  COORDINATOR_IN_MESH(
      "CL-MAN-044",
      "A Coordinator has connections of the mesh.",
      "Remove them; a Coordinator is reached through its own channel only."),
  NOT_LISTED(
      "CL-MAN-045",
      "The manifest does not list the pod.",
      "Add the digest of the pod's initdata to the manifest.");

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
