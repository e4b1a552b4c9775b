package dev.cloister.kubernetes;

/** Kinds of warnings, in the order of the report: what opens the pod most comes first. */
public enum WarningCode {
  /** A port is open to anyone without protection. */
  PLAIN("W-PLAIN"),
  /** The host reads what a container prints. */
  LOGS("W-LOGS"),
  /** The host may write to the standard input of a container. */
  STDIN("W-STDIN"),
  /** A capability that reaches far. */
  CAPABILITY("W-CAPABILITY"),
  /** System calls are not filtered, or /proc is not masked. */
  UNCONFINED("W-UNCONFINED"),
  /** An image was named without a digest. */
  TAG("W-TAG"),
  /** A variable looks like a secret, but everybody can read the policy. */
  SECRET_NAME("W-SECRET-NAME"),
  /** The pod wants a service account token, and gets none. */
  SERVICE_ACCOUNT("W-SATOKEN"),
  /** The pod wants variables of services, and gets none. */
  SERVICE_LINKS("W-SERVICELINKS"),
  /** Name servers are the node's. */
  DNS("W-DNS"),
  /** A declared port is closed from outside. */
  CLOSED_PORT("W-CLOSED-PORT"),
  /** A port of the node is asked for. */
  HOST_PORT("W-HOSTPORT"),
  /** A probe over the network needs a port that is closed. */
  PROBE("W-PROBE"),
  /** Something optional is in no file, so the pod runs without it. */
  OPTIONAL("W-OPTIONAL"),
  /** A reference names no variable, and stays as it is written. */
  REFERENCE("W-REFERENCE"),
  /** A container may use all memory of the VM. */
  MEMORY("W-MEMORY"),
  /** An emptyDir has no limit of its own. */
  EMPTY_DIR("W-EMPTYDIR"),
  /** A volume of the image begins empty. */
  IMAGE_VOLUME("W-IMAGE-VOLUME"),
  /** The host does not get the last message of a container. */
  TERMINATION("W-TERMINATION"),
  /** A setting has no effect in the guest. */
  NOT_APPLIED("W-NOT-APPLIED");

  private final String code;

  WarningCode(String code) {
    this.code = code;
  }

  /** The code as it is shown. */
  public String code() {
    return code;
  }
}
