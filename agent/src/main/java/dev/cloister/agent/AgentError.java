package dev.cloister.agent;

import dev.cloister.rpc.RpcStatus;

/** What the agent itself refuses or cannot do; what the policy refuses has codes of its own. */
public enum AgentError implements RpcStatus.WithStatus {
  MACHINE(
      "CL-AGT-001",
      RpcStatus.INTERNAL,
      "The VM lacks a device or file that every pod VM has.",
      "Start the VM with the devices that the node's documentation lists."),
  INITDATA_MISMATCH(
      "CL-AGT-002",
      RpcStatus.PERMISSION_DENIED,
      "The initdata on the disk is not the one that the VM's evidence names.",
      "Start the VM with the initdata disk that was measured."),
  EVIDENCE(
      "CL-AGT-003",
      RpcStatus.UNAVAILABLE,
      "The VM got no evidence about itself.",
      "Look whether the host offers the security processor that the command line names."),
  NOT_READY(
      "CL-AGT-004",
      RpcStatus.FAILED_PRECONDITION,
      "The agent has not become ready.",
      "Look into the VM's console for the reason."),
  REQUEST(
      "CL-AGT-005",
      RpcStatus.INVALID_ARGUMENT,
      "The request contradicts itself or has a value out of range.",
      "Send the request as its proto file says."),
  KERNEL(
      "CL-AGT-006",
      RpcStatus.INTERNAL,
      "The guest's kernel refused a call.",
      "Look the error number up; for a disk, check that it is the image that the policy names."),
  PROGRAM(
      "CL-AGT-007",
      RpcStatus.INTERNAL,
      "A program of the guest failed.",
      "Read its message, which follows."),
  UNSUPPORTED(
      "CL-AGT-008",
      RpcStatus.UNIMPLEMENTED,
      "This version of the agent cannot do this.",
      "Leave it out of the pod, or use a version that can."),
  DISK(
      "CL-AGT-009",
      RpcStatus.NOT_FOUND,
      "No disk with this serial has been plugged in.",
      "Attach the disk, then ask again."),
  STREAM(
      "CL-AGT-010",
      RpcStatus.PERMISSION_DENIED,
      "This stream is not there, or the policy does not open it.",
      "Open the container's logs by annotation, or leave them closed."),
  NOT_JOINED(
      "CL-AGT-011",
      RpcStatus.FAILED_PRECONDITION,
      "The pod has not joined its Coordinator yet.",
      "See why it waits; list the pod in the manifest, set it, and let the Coordinator run."),
  NO_SECRET(
      "CL-AGT-012",
      RpcStatus.NOT_FOUND,
      "The workload has no secret.",
      "Name one for the workload in the manifest."),
  NO_COORDINATOR(
      "CL-AGT-013",
      RpcStatus.PERMISSION_DENIED,
      "Only the Coordinator's container gets evidence that speaks for the Coordinator.",
      "Ask for evidence of the workload instead."),
  BUSY(
      "CL-AGT-014",
      RpcStatus.RESOURCE_EXHAUSTED,
      "The container has a request for evidence under way.",
      "Wait for its answer, then ask again."),
  JOIN_ANSWER(
      "CL-AGT-015",
      RpcStatus.INTERNAL,
      "The Coordinator's answer to the join is not what belongs there.",
      "Use the same version at both ends."),
  COORDINATOR_SILENT(
      "CL-AGT-016",
      RpcStatus.UNAVAILABLE,
      "The Coordinator fell silent.",
      "Look whether the Coordinator runs; the agent tries again by itself."),
  NOT_LISTED(
      "CL-AGT-017",
      RpcStatus.FAILED_PRECONDITION,
      "The manifest in force does not list this pod.",
      "Generate, sign and set a manifest that lists it; the agent tries again at each transition."),
  MESH(
      "CL-AGT-018",
      RpcStatus.FAILED_PRECONDITION,
      "The pod's mesh is not up, or refuses its newest configuration.",
      "Read the reason; what was in force before stays in force, and nothing else passes."),
  MESH_CALLER(
      "CL-AGT-019",
      RpcStatus.PERMISSION_DENIED,
      "Somebody called a port of the pod which the manifest does not let him call.",
      "Add the connection to the caller's cloister.dev/connects-to, if it is meant to be."),
  MESH_CERTIFICATE(
      "CL-AGT-020",
      RpcStatus.PERMISSION_DENIED,
      "Somebody called the pod without a certificate of a generation in force.",
      "Only pods of the deployment that have joined can call; an older one must renew first."),
  MESH_HANDSHAKE(
      "CL-AGT-021",
      RpcStatus.PERMISSION_DENIED,
      "Somebody called the pod without TLS 1.3.",
      "Call from a pod of the deployment, or declare the port as public or plain."),
  MESH_UNDECLARED(
      "CL-AGT-022",
      RpcStatus.PERMISSION_DENIED,
      "A container called a port that the manifest does not let the pod call.",
      "Add the connection to cloister.dev/connects-to or cloister.dev/external, if it is meant."),
  MESH_IMPOSTOR(
      "CL-AGT-023",
      RpcStatus.PERMISSION_DENIED,
      "Whoever answers at the name is not the workload that the manifest names.",
      "Look who serves the name: it was left out, and nothing was sent to it."),
  MESH_UNREACHABLE(
      "CL-AGT-024",
      RpcStatus.UNAVAILABLE,
      "Nobody answers for a name or a port of the mesh.",
      "Look whether the called pods run and listen, and whether DNS knows their Service.");

  private final String code;
  private final RpcStatus status;
  private final String meaning;
  private final String remedy;

  AgentError(String code, RpcStatus status, String meaning, String remedy) {
    this.code = code;
    this.status = status;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public RpcStatus status() {
    return status;
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
