package dev.cloister.node;

import dev.cloister.encoding.ErrorCode;

/** What can go wrong on the node. */
public enum NodeError implements ErrorCode {
  NOT_ROOT(
      "CL-NOD-001", "The node daemon has no root rights.", "Run it as root.", Kind.ENVIRONMENT),
  PROGRAM_MISSING(
      "CL-NOD-002",
      "A program that the node needs is not installed.",
      "Run `cloister doctor`, which names the package.",
      Kind.ENVIRONMENT),
  PLUGIN_MISSING(
      "CL-NOD-003",
      "A CNI plugin is not where it should be.",
      "Install the package containernetworking-plugins, or name its directory with --cni-plugins.",
      Kind.ENVIRONMENT),
  CNI_FAILED(
      "CL-NOD-004",
      "A CNI plugin refused to connect the pod.",
      "Read its message; free the address or choose another --subnet.",
      Kind.ENVIRONMENT),
  NETWORK_FAILED(
      "CL-NOD-005",
      "The pod's network could not be made.",
      "Read the message of the program that failed; `cloister doctor` checks the kernel's features.",
      Kind.ENVIRONMENT),
  ADDRESS_OCCUPIED(
      "CL-NOD-006",
      "The addresses or the bridge of the pod network belong to something else on this machine.",
      "Choose another --subnet or --bridge.",
      Kind.ENVIRONMENT),
  DISK_FULL(
      "CL-NOD-007",
      "The disk is full.",
      "Free space on the file system of the path named.",
      Kind.ENVIRONMENT),
  STATE_FAILED(
      "CL-NOD-008",
      "A file of the node's state could not be read or written.",
      "Look at the path named; the node needs it to be a directory of its own.",
      Kind.ENVIRONMENT),
  ALREADY_RUNNING(
      "CL-NOD-009",
      "Another node daemon serves this run directory.",
      "Use that one, or choose another CLOISTER_RUN.",
      Kind.ENVIRONMENT),
  PATH_TOO_LONG(
      "CL-NOD-010",
      "A socket's path is longer than the kernel takes (107 bytes).",
      "Choose a shorter CLOISTER_RUN.",
      Kind.USAGE),
  QEMU_FAILED(
      "CL-NOD-011",
      "QEMU did not start the virtual machine.",
      "Read QEMU's message, which is in the detail.",
      Kind.ENVIRONMENT),
  MACHINE_ENDED(
      "CL-NOD-012",
      "The virtual machine ended by itself.",
      "Read the last lines of its console in the detail; a dm-verity line means changed disk bytes.",
      Kind.REFUSED),
  AGENT_SILENT(
      "CL-NOD-013",
      "The agent did not answer in time.",
      "Read the console; give a slow machine more time with --agent-timeout.",
      Kind.UNDECIDED),
  AGENT_UNREACHABLE(
      "CL-NOD-014",
      "The connection to the agent is closed.",
      "Look whether the pod still runs: `cloister ps`.",
      Kind.UNDECIDED),
  SIMULATOR_UNREACHABLE(
      "CL-NOD-015",
      "The simulated security processor does not answer and could not be started.",
      "Read its log, which is in the state directory.",
      Kind.ENVIRONMENT),
  LAUNCH_REFUSED(
      "CL-NOD-016",
      "The launcher refused to start the virtual machine.",
      "Read its message, which is in the detail.",
      Kind.REFUSED),
  QMP_FAILED(
      "CL-NOD-017",
      "QEMU's control socket refused a command or is gone.",
      "Read QEMU's message, which is in the detail.",
      Kind.ENVIRONMENT),
  NO_FREE_SLOT(
      "CL-NOD-018",
      "The virtual machine has no free slot for another disk.",
      "Start the pod with all its image disks, or with more hot-plug slots.",
      Kind.REFUSED),
  BAD_SPEC(
      "CL-NOD-019",
      "The description of the sandbox is not usable.",
      "Correct the value named.",
      Kind.USAGE),
  NO_SUCH_POD(
      "CL-NOD-020", "There is no such pod.", "List the pods with `cloister ps`.", Kind.USAGE),
  POD_EXISTS(
      "CL-NOD-021",
      "A pod of this name exists already.",
      "Stop it first: `cloister down`.",
      Kind.USAGE),
  NO_SUCH_CONTAINER(
      "CL-NOD-022",
      "The pod has no container of this name.",
      "List the pod's containers with `cloister ps`.",
      Kind.USAGE),
  NOT_RUNNING(
      "CL-NOD-023",
      "The pod or the container does not run.",
      "Look at its reason with `cloister ps`.",
      Kind.USAGE),
  IMAGE_DIFFERS(
      "CL-NOD-024",
      "The image's disk has another verity root than the policy pins.",
      "Generate again with this version of Cloister; the guest would refuse the disk.",
      Kind.REFUSED),
  PROGRAM_FAILED(
      "CL-NOD-025",
      "A program of the host failed or did not end in time.",
      "Read its message, which is in the detail.",
      Kind.ENVIRONMENT),
  GUEST_IMAGE_MISSING(
      "CL-NOD-026",
      "There is no guest image to boot.",
      "Build it: `cloister demo` does so, or name one with --guest-image.",
      Kind.ENVIRONMENT),
  TOO_MUCH(
      "CL-NOD-027",
      "A request or an answer is larger than the node takes.",
      "Ask for less.",
      Kind.USAGE),
  LEFT_BEHIND(
      "CL-NOD-028",
      "Something of a pod could not be removed.",
      "Look at what the detail names; the daemon tries again when it starts.",
      Kind.ENVIRONMENT),
  SOCKET_OCCUPIED(
      "CL-NOD-029",
      "The daemon's socket could not be opened.",
      "Look who owns the path named.",
      Kind.ENVIRONMENT),
  CONTAINER_FAILED(
      "CL-NOD-030",
      "A container of the pod failed, so the pod cannot go on.",
      "Read its log with `cloister logs`.",
      Kind.REFUSED),
  LOGS_CLOSED(
      "CL-NOD-031",
      "The pod's policy gives the output of this container to nobody.",
      "Open it with the annotation cloister.dev/logs and generate again.",
      Kind.REFUSED),
  BAD_OPTION(
      "CL-NOD-032",
      "The daemon was started with an option that it does not know or cannot use.",
      "Correct the option named.",
      Kind.USAGE),
  STORE_FAILED(
      "CL-NOD-033",
      "The store of the Coordinators cannot listen.",
      "Look who else uses the address named, or choose another --subnet.",
      Kind.ENVIRONMENT),
  STORE_REFUSED(
      "CL-NOD-034",
      "Only a Coordinator's pod has a store, and only that of its own deployment.",
      "Ask from the Coordinator's pod.",
      Kind.REFUSED),
  NOT_STORED(
      "CL-NOD-035", "Nothing is stored under this key.", "Store something first.", Kind.REFUSED),
  STORE_CONFLICT(
      "CL-NOD-036",
      "The key has another version than was expected.",
      "Read it again; somebody else wrote meanwhile.",
      Kind.REFUSED),
  STORE_CONDITION(
      "CL-NOD-037",
      "A write to the store must say which version it replaces.",
      "Send If-Match with the version that was read, or If-None-Match: *.",
      Kind.USAGE),
  STORE_FULL(
      "CL-NOD-038",
      "The deployment's store on this node is full.",
      "Remove what is not used below store/ in the state directory.",
      Kind.ENVIRONMENT),
  NAMES_FAILED(
      "CL-NOD-039",
      "The names of pods cannot be served on this machine.",
      "Look who else uses port 53 of the address named, or choose another --subnet.",
      Kind.ENVIRONMENT);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  NodeError(String code, String meaning, String remedy, Kind kind) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
    this.kind = kind;
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
    return kind;
  }
}
