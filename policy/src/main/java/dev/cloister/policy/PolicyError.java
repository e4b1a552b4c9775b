package dev.cloister.policy;

import dev.cloister.encoding.ErrorCode;

/**
 * What this module refuses: numbers below 100 are the policy document's, from 100 the guard's (a
 * request of the host), from 200 the composer's.
 */
public enum PolicyError implements ErrorCode {
  SCHEMA(
      "CL-POL-001",
      "The document is a pod policy of a form that this version does not know.",
      "Generate the policy again with the version of Cloister that built the guest image."),
  VALUE(
      "CL-POL-002",
      "A value of the pod policy is outside what its place allows.",
      "Correct the value in the source that the policy was generated from."),
  LIMIT(
      "CL-POL-003",
      "The pod policy has more or longer parts than this version allows.",
      "Make the pod smaller, or split it."),
  DUPLICATE(
      "CL-POL-004",
      "Two entries of the pod policy have the same name, or a list is not in its order.",
      "Generate the policy again; do not edit it by hand."),
  REFERENCE(
      "CL-POL-005",
      "The pod policy names something that it does not declare.",
      "Declare the volume, or remove what names it."),
  CONTRADICTION(
      "CL-POL-006",
      "Two fields of the pod policy contradict each other.",
      "Correct one of the two in the source that the policy was generated from."),

  PHASE(
      "CL-POL-101",
      "The request does not belong to the phase that the pod is in.",
      "Send the requests in the order that docs/policy.md gives."),
  ONCE(
      "CL-POL-102",
      "The request may be made once, and has been made.",
      "Start a new pod VM to give other values."),
  POD_NAME(
      "CL-POL-103",
      "The pod's name does not fit the pattern in its policy.",
      "Run the pod under the controller and name that the policy was generated for."),
  NAMESPACE(
      "CL-POL-104",
      "The pod's namespace is not the one in its policy.",
      "Deploy to the namespace that the policy was generated for, or generate again."),
  TEXT(
      "CL-POL-105",
      "A text from the host does not have the form that belongs in its place.",
      "Give a value of the form named; control characters are never allowed."),
  HOSTNAME(
      "CL-POL-106",
      "The host name is not the one that the policy's rule gives.",
      "Leave the host name to the pod's name, or to hostname in the pod's YAML."),
  ADDRESS(
      "CL-POL-107",
      "An address from the host is malformed or of a kind that may not be used here.",
      "Give unicast addresses outside the loopback and link-local ranges."),
  NETWORK(
      "CL-POL-108",
      "The network description is not one that a pod may have.",
      "Give one to four interfaces with names such as eth0, and routes through them."),
  SERVICE_LINKS(
      "CL-POL-109",
      "Service links are closed, or the link is not one that the policy lists.",
      "Open service links by annotation and generate again, or set enableServiceLinks to false."),
  VOLUME(
      "CL-POL-110",
      "The policy declares no volume of this name and kind.",
      "Declare the volume in the pod's YAML and generate again."),
  FILES(
      "CL-POL-111",
      "The set of files is not the one that the policy declares for the volume.",
      "Supply exactly the files that the policy lists."),
  FILE_CONTENT(
      "CL-POL-112",
      "A file is not the one that the policy pins, or is too large.",
      "Supply the ConfigMap that the policy was generated from, or generate again."),
  GENERATION(
      "CL-POL-113",
      "The generation of a file volume did not grow.",
      "Number the updates of one volume upwards, beginning with 1."),
  DEVICE(
      "CL-POL-114",
      "The policy has no use for this disk.",
      "Attach only disks of images and volumes that the policy declares."),
  CONTAINER(
      "CL-POL-115",
      "The policy has no container of this name.",
      "Start only containers that the policy declares, or generate again."),
  ORDER(
      "CL-POL-116",
      "Another container must have succeeded or started before this one.",
      "Start init containers and sidecars in their order, then the apps."),
  LIVE(
      "CL-POL-117",
      "An instance of this container exists already.",
      "Wait until it has exited before making another."),
  RESTART(
      "CL-POL-118",
      "The container's restart policy does not allow another run.",
      "Start a new pod, or choose another restartPolicy and generate again."),
  IDENTIFIER(
      "CL-POL-119",
      "The identifier is malformed, or has been used before.",
      "Choose a fresh identifier of 1 to 64 letters, digits, '_', '.' and '-'."),
  INSTANCE("CL-POL-120", "There is no instance or exec of this identifier.", "List the instances."),
  STATE(
      "CL-POL-121",
      "The instance is not in the state that the request needs.",
      "Create before starting; remove only what has exited."),
  EXEC(
      "CL-POL-122",
      "The policy does not list this command for the container.",
      "Only probes and hooks of the pod's YAML can be run; there is no other exec."),
  SIGNAL(
      "CL-POL-123",
      "The signal is not one that may be sent to this container now.",
      "Use the signals that the policy lists; sidecars end after the apps."),
  STREAM(
      "CL-POL-124",
      "The container has no such stream.",
      "Set stdin or tty in the pod's YAML and generate again."),
  RESOURCES(
      "CL-POL-125",
      "The resources are outside the range that the policy gives.",
      "Stay between the requests and limits of the pod's YAML."),
  MISSING(
      "CL-POL-126",
      "The container needs a disk or files that have not been supplied.",
      "Attach the image's disk and put the files of its volumes before creating it."),
  BUSY(
      "CL-POL-127",
      "The same thing is being changed by another request.",
      "Wait for the answer to the other request."),

  USER(
      "CL-POL-201",
      "The user or group cannot be found in the image.",
      "Name a user of the image, or set runAsUser and runAsGroup to numbers."),
  USER_DISAGREES(
      "CL-POL-202",
      "The image's account files give other ids than the policy.",
      "Generate the policy again from the same image."),
  LAYOUT(
      "CL-POL-203",
      "The agent did not say where a volume of the container lies.",
      "Report this as a bug of the agent.") {
    @Override
    public Kind kind() {
      return Kind.INTERNAL;
    }
  };

  private final String code;
  private final String meaning;
  private final String remedy;

  PolicyError(String code, String meaning, String remedy) {
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
