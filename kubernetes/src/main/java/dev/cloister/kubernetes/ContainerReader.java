package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.ContainerUser;
import dev.cloister.policy.ExecPolicy;
import dev.cloister.policy.Identity;
import dev.cloister.policy.ImagePin;
import dev.cloister.policy.MountPolicy;
import dev.cloister.policy.PodRole;
import dev.cloister.policy.Release;
import dev.cloister.policy.RestartPolicy;
import dev.cloister.policy.Role;
import dev.cloister.policy.Rootfs;
import dev.cloister.policy.Signal;
import dev.cloister.policy.SpeaksAs;
import dev.cloister.policy.StdinPolicy;
import dev.cloister.policy.Template;
import dev.cloister.policy.TerminationMessage;
import dev.cloister.policy.UserIds;
import dev.cloister.policy.UserRequest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Derives the policy of one container. */
final class ContainerReader {

  private final ObjectReader reader;
  private final PodContext pod;
  private final String name;
  private final Role role;
  private final String reference;
  private final PinnedImage image;
  private final EnvironmentReader environment;
  private final Map<String, Integer> namedPorts = new TreeMap<>();
  private final Set<Integer> tcpPorts = new TreeSet<>();

  ContainerReader(ObjectReader reader, PodContext pod, boolean init) {
    this.reader = reader;
    this.pod = pod;
    this.name = reader.text("name");
    this.role = init ? initRole(reader) : Role.APP;
    this.reference = reader.text("image");
    this.image = image();
    this.environment =
        new EnvironmentReader(pod.downward(name), pod.configMaps())
            .read(reader, image.defaults(), reader.isTrue("tty"));
  }

  /** A sidecar is an init container that restarts always. */
  private static Role initRole(ObjectReader reader) {
    return reader.textOr("restartPolicy", "").equals("Always") ? Role.SIDECAR : Role.INIT;
  }

  private PinnedImage image() {
    if (reference.isBlank() || !reference.equals(reference.strip())) {
      throw reader.bad("image", "is not an image reference");
    }
    PinnedImage resolved = pod.images().resolve(reader, reference);
    if (!reference.contains("@")) {
      reader.warn(
          WarningCode.TAG,
          "image",
          "the tag of "
              + Words.quoted(reference)
              + " may move; it is pinned to what it meant when this was generated");
    }
    return resolved;
  }

  ContainerPolicy read() {
    List<Template> argv = argv();
    List<MountPolicy> mounts =
        new ArrayList<>(new MountReader(pod.volumes(), environment).read(reader));
    SecurityReader security = new SecurityReader(reader, pod.security());
    Rootfs rootfs = rootfs(security.readOnlyRoot());
    if (rootfs.readOnly()) {
      addImageVolumes(mounts);
    }
    readPorts();
    List<ExecPolicy> exec = new CommandReader(environment, namedPorts, pod.inbound()).read(reader);
    Signal stop = CommandReader.stopSignal(reader, image.defaults());
    StdinPolicy stdin = stdin();
    boolean tty = reader.isTrue("tty");
    RestartPolicy restart = restart();
    TerminationMessage message = terminationMessage();
    ContainerUser user = user(security);
    return reader.checked(
        "name",
        () ->
            new ContainerPolicy(
                name,
                role,
                role == Role.SIDECAR,
                pin(),
                argv,
                cwd(),
                environment.all(),
                user,
                security.capabilities(),
                security.noNewPrivileges(),
                security.seccomp(),
                security.procMount(),
                rootfs,
                mounts,
                tty,
                stdin,
                pod.logs(name),
                message,
                exec,
                Set.copyOf(new LinkedHashSet<>(List.of(Signal.TERM, Signal.KILL, stop))),
                stop,
                restart,
                pod.resources(name).toPolicy(),
                speaksAs()));
  }

  /** A Coordinator's app speaks as such; what it starts before that does not. */
  private SpeaksAs speaksAs() {
    return role == Role.APP && pod.membership().role() == PodRole.COORDINATOR
        ? SpeaksAs.COORDINATOR
        : SpeaksAs.WORKLOAD;
  }

  /** Where each variable comes from. */
  Map<String, String> origins() {
    return environment.origins();
  }

  private ImagePin pin() {
    return new ImagePin(
        image.pinned(reference),
        image.manifestDigest(),
        image.verityRoot(),
        image.dataBlocks(),
        image.conversion());
  }

  /** Container.command and args: command drops the image's Cmd, args alone replace it. */
  private List<Template> argv() {
    List<Template> argv = new ArrayList<>();
    boolean command = !reader.texts("command").isEmpty();
    boolean args = !reader.texts("args").isEmpty();
    if (command) {
      addExpanded(argv, "command");
    } else {
      addPlain(argv, image.defaults().entrypoint());
    }
    if (args) {
      addExpanded(argv, "args");
    } else if (!command) {
      addPlain(argv, image.defaults().command());
    }
    if (argv.isEmpty()) {
      throw new CloisterException(
          KubernetesError.MISSING_FIELD,
          reader.where("command"),
          "neither the YAML nor the image says what to run");
    }
    if (!argv.getFirst().isFixed()) {
      throw reader.bad("command", "the host would choose the program: it is " + argv.getFirst());
    }
    return argv;
  }

  private void addExpanded(List<Template> argv, String field) {
    for (String argument : reader.texts(field)) {
      argv.add(environment.expand(reader, field, argument));
    }
  }

  private void addPlain(List<Template> argv, List<String> arguments) {
    for (String argument : arguments) {
      argv.add(reader.checked("image", () -> Template.of(argument)));
    }
  }

  private String cwd() {
    String declared = reader.textOr("workingDir", "");
    String directory = declared.isEmpty() ? image.defaults().workingDir() : declared;
    if (directory.isEmpty()) {
      return "/";
    }
    if (!directory.startsWith("/")) {
      throw declared.isEmpty()
          ? new CloisterException(
              KubernetesError.IMAGE_CONFIG,
              reader.where("image"),
              "the image's WorkingDir is not absolute; set workingDir")
          : reader.bad("workingDir", "is not absolute");
    }
    return MountReader.clean(directory);
  }

  private Rootfs rootfs(boolean readOnly) {
    int upper = pod.resources(name).storageMib().orElse(Rootfs.DEFAULT_UPPER_MIB);
    return readOnly ? new Rootfs(true, 0) : new Rootfs(false, upper);
  }

  /** Over a read-only root, the image's own volumes are the pod's, and begin empty. */
  private void addImageVolumes(List<MountPolicy> mounts) {
    int number = 0;
    for (String path : image.defaults().volumes()) {
      String at = MountReader.clean(path);
      if (mounts.stream().noneMatch(mount -> mount.at().equals(at))) {
        String volume = reader.checked("image", () -> pod.addImageVolume(name + "-image-volume"));
        mounts.add(reader.checked("image", () -> new MountPolicy(at, volume, "", false)));
        number++;
        reader.warn(
            WarningCode.IMAGE_VOLUME,
            "image",
            "the image's volume " + at + " begins empty, in the VM's memory");
      }
    }
    if (number > 16) {
      throw reader.bad("image", "the image has more than 16 volumes");
    }
  }

  /** Numbers of its named ports, once it is read. */
  Map<String, Integer> namedPorts() {
    return namedPorts;
  }

  /** Numbers of its TCP ports, once it is read. */
  Set<Integer> tcpPorts() {
    return tcpPorts;
  }

  private void readPorts() {
    for (ObjectReader port : reader.objects("ports", "ContainerPort")) {
      long number =
          port.optionalInt("containerPort", 1, 65_535)
              .orElseThrow(() -> port.bad("containerPort", "is missing"));
      port.optionalText("name").ifPresent(text -> namedPorts.put(text, (int) number));
      String protocol = port.textOr("protocol", "TCP");
      if (!List.of("TCP", "UDP", "SCTP").contains(protocol)) {
        throw port.bad("protocol", "must be TCP, UDP or SCTP");
      }
      if (protocol.equals("TCP")) {
        tcpPorts.add((int) number);
      }
      warnOfPort(port, number, protocol.toLowerCase(Locale.ROOT));
    }
  }

  private void warnOfPort(ObjectReader port, long number, String protocol) {
    boolean mesh = pod.membership().join() && protocol.equals("tcp");
    boolean open =
        mesh
            || pod.inbound().stream()
                .anyMatch(p -> p.port() == number && p.protocol().word().equals(protocol));
    if (!open) {
      port.warn(
          WarningCode.CLOSED_PORT,
          "containerPort",
          "port "
              + number
              + "/"
              + protocol
              + " of "
              + name
              + " is closed from outside the pod; "
              + Annotations.INBOUND
              + " opens it");
    }
    long hostPort = port.optionalInt("hostPort", 0, 65_535).orElse(0L);
    if (hostPort != 0) {
      port.warn(
          WarningCode.HOST_PORT,
          "hostPort",
          "the node forwards its port " + hostPort + ", which no policy decides about");
    }
  }

  private StdinPolicy stdin() {
    boolean once = reader.isTrue("stdinOnce");
    if (!reader.isTrue("stdin")) {
      return StdinPolicy.NONE;
    }
    reader.warn(WarningCode.STDIN, "stdin", "the host may write to the standard input of " + name);
    return once ? StdinPolicy.ONCE : StdinPolicy.OPEN;
  }

  private RestartPolicy restart() {
    String own = reader.textOr("restartPolicy", "");
    String word = own.isEmpty() ? pod.restartPolicy() : own;
    RestartPolicy restart =
        switch (word) {
          case "Always" -> RestartPolicy.ALWAYS;
          case "OnFailure" -> RestartPolicy.ON_FAILURE;
          case "Never" -> RestartPolicy.NEVER;
          default -> throw reader.bad("restartPolicy", "must be Always, OnFailure or Never");
        };
    boolean init = role == Role.INIT;
    return init && restart == RestartPolicy.ALWAYS ? RestartPolicy.ON_FAILURE : restart;
  }

  private TerminationMessage terminationMessage() {
    String path =
        reader
            .optionalText("terminationMessagePath")
            .map(MountReader::clean)
            .orElse(TerminationMessage.CLOSED.path());
    String policy = reader.textOr("terminationMessagePolicy", "File");
    if (!policy.equals("File") && !policy.equals("FallbackToLogsOnError")) {
      throw reader.bad("terminationMessagePolicy", "must be File or FallbackToLogsOnError");
    }
    if (reader.has("terminationMessagePath") || policy.equals("FallbackToLogsOnError")) {
      reader.warn(
          WarningCode.TERMINATION,
          reader.has("terminationMessagePath")
              ? "terminationMessagePath"
              : "terminationMessagePolicy",
          "the host does not get the last message of " + name);
    }
    return reader.checked(
        "terminationMessagePath", () -> new TerminationMessage(path, Release.NONE));
  }

  private ContainerUser user(SecurityReader security) {
    UserRequest request = security.user(image.defaults());
    UserIds ids = reader.checked("image", () -> resolve(request));
    if (security.nonRoot() && ids.uid() == 0) {
      throw new CloisterException(
          KubernetesError.BAD_VALUE,
          reader.where("securityContext"),
          "runAsNonRoot is set, but the container would run as uid 0; set runAsUser");
    }
    return new ContainerUser(request, ids);
  }

  private UserIds resolve(UserRequest request) {
    Bytes passwd = image.files().read("/etc/passwd", Identity.MAX_FILE);
    Bytes group = image.files().read("/etc/group", Identity.MAX_FILE);
    return Identity.resolve(request, passwd, group);
  }

  /** The pinned reference and where the reference stands, for rewriting. */
  Optional<YamlNode> imageNode() {
    return reader.any("image");
  }

  /** The reference with its digest. */
  String pinnedReference() {
    return image.pinned(reference);
  }
}
