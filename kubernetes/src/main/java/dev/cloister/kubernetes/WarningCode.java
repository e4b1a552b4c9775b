package dev.cloister.kubernetes;

/** Kinds of warnings, in the order of the report: what opens the pod most comes first. */
public enum WarningCode {
  /** A port is open to anyone without protection. */
  PLAIN("W-PLAIN", "A port is open to anyone without protection."),
  /** The pod connects to a host outside the deployment. */
  EXTERNAL("W-EXTERNAL", "The pod connects to a host outside the deployment."),
  /** The host reads what a container prints. */
  LOGS("W-LOGS", "The host reads what a container prints."),
  /** The pod runs without the Coordinator's consent. */
  NO_JOIN("W-NO-JOIN", "The pod runs without the Coordinator's consent."),
  /** The host may write to the standard input of a container. */
  STDIN("W-STDIN", "The host may write to the standard input of a container."),
  /** A capability that reaches far. */
  CAPABILITY("W-CAPABILITY", "A capability that reaches far."),
  /** System calls are not filtered, or /proc is not masked. */
  UNCONFINED("W-UNCONFINED", "System calls are not filtered, or /proc is not masked."),
  /** An image was named without a digest. */
  TAG("W-TAG", "An image was named without a digest."),
  /** A variable looks like a secret, but everybody can read the policy. */
  SECRET_NAME(
      "W-SECRET-NAME", "A variable looks like a secret, but everybody can read the policy."),
  /** The pod wants a service account token, and gets none. */
  SERVICE_ACCOUNT("W-SATOKEN", "The pod wants a service account token, and gets none."),
  /** The pod wants variables of services, and gets none. */
  SERVICE_LINKS("W-SERVICELINKS", "The pod wants variables of services, and gets none."),
  /** Name servers are the node's. */
  DNS("W-DNS", "Name servers are the node's."),
  /** A declared port is closed from outside. */
  CLOSED_PORT("W-CLOSED-PORT", "A declared port is closed from outside."),
  /** A port of the node is asked for. */
  HOST_PORT("W-HOSTPORT", "A port of the node is asked for."),
  /** A probe over the network needs a port that is closed. */
  PROBE("W-PROBE", "A probe over the network needs a port that is closed."),
  /** Something optional is in no file, so the pod runs without it. */
  OPTIONAL("W-OPTIONAL", "Something optional is in no file, so the pod runs without it."),
  /** A reference names no variable, and stays as it is written. */
  REFERENCE("W-REFERENCE", "A reference names no variable, and stays as it is written."),
  /** A container may use all memory of the VM. */
  MEMORY("W-MEMORY", "A container may use all memory of the VM."),
  /** An emptyDir has no limit of its own. */
  EMPTY_DIR("W-EMPTYDIR", "An emptyDir has no limit of its own."),
  /** A volume of the image begins empty. */
  IMAGE_VOLUME("W-IMAGE-VOLUME", "A volume of the image begins empty."),
  /** The host does not get the last message of a container. */
  TERMINATION("W-TERMINATION", "The host does not get the last message of a container."),
  /** A setting has no effect in the guest. */
  NOT_APPLIED("W-NOT-APPLIED", "A setting has no effect in the guest.");

  private final String code;
  private final String meaning;

  WarningCode(String code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The code as it is shown. */
  public String code() {
    return code;
  }

  /** What it means, as one sentence. */
  public String meaning() {
    return meaning;
  }
}
