package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.Capability;
import dev.cloister.policy.ProcMount;
import dev.cloister.policy.SeccompProfile;
import dev.cloister.policy.UserRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The security context of one container: its own fields, else the pod's (Kubernetes API reference,
 * SecurityContext: "values specified in SecurityContext take precedence").
 */
final class SecurityReader {

  private static final long MAX_ID = 0xffff_fffeL;
  private static final Set<Capability> FAR_REACHING =
      EnumSet.of(
          Capability.SYS_ADMIN,
          Capability.SYS_MODULE,
          Capability.SYS_RAWIO,
          Capability.SYS_PTRACE,
          Capability.SYS_BOOT,
          Capability.SYS_TIME,
          Capability.BPF,
          Capability.PERFMON,
          Capability.NET_ADMIN,
          Capability.MAC_ADMIN,
          Capability.MAC_OVERRIDE,
          Capability.DAC_READ_SEARCH);

  /** What a pod's security context gives to all its containers. */
  record PodSecurity(
      Optional<Long> user,
      Optional<Long> group,
      boolean nonRoot,
      Set<Long> groups,
      boolean imageGroups,
      Optional<Long> fsGroup,
      Optional<SeccompProfile> seccomp) {

    static PodSecurity read(Optional<ObjectReader> context) {
      if (context.isEmpty()) {
        return new PodSecurity(
            Optional.empty(),
            Optional.empty(),
            false,
            Set.of(),
            true,
            Optional.empty(),
            Optional.empty());
      }
      ObjectReader reader = context.get();
      notApplied(reader);
      Optional<Long> fsGroup = reader.optionalInt("fsGroup", 0, MAX_ID);
      Set<Long> groups = new TreeSet<>(reader.integers("supplementalGroups", 0, MAX_ID));
      fsGroup.ifPresent(groups::add);
      String policy = reader.textOr("supplementalGroupsPolicy", "Merge");
      if (!policy.equals("Merge") && !policy.equals("Strict")) {
        throw reader.bad("supplementalGroupsPolicy", "must be Merge or Strict");
      }
      return new PodSecurity(
          reader.optionalInt("runAsUser", 0, MAX_ID),
          reader.optionalInt("runAsGroup", 0, MAX_ID),
          reader.isTrue("runAsNonRoot"),
          groups,
          policy.equals("Merge"),
          fsGroup,
          seccompOf(reader));
    }
  }

  private final ObjectReader container;
  private final Optional<ObjectReader> context;
  private final PodSecurity pod;

  SecurityReader(ObjectReader container, PodSecurity pod) {
    this.container = container;
    this.context = container.object("securityContext", "SecurityContext");
    this.pod = pod;
    context.ifPresent(SecurityReader::notApplied);
  }

  private static void notApplied(ObjectReader reader) {
    for (String field : List.of("seLinuxOptions", "appArmorProfile")) {
      if (reader.any(field).isPresent()) {
        reader.warn(
            WarningCode.NOT_APPLIED, field, field + " has no effect: the guest does not use it");
      }
    }
  }

  private static Optional<SeccompProfile> seccompOf(ObjectReader reader) {
    return reader
        .object("seccompProfile", "SeccompProfile")
        .map(profile -> {
          String type = profile.text("type");
          return switch (type) {
            case "RuntimeDefault" -> SeccompProfile.RUNTIME_DEFAULT_1;
            case "Unconfined" -> {
              profile.warn(
                  WarningCode.UNCONFINED, "type", "all system calls of the guest are open");
              yield SeccompProfile.UNCONFINED;
            }
            default ->
                throw new CloisterException(
                    KubernetesError.REFUSED_FIELD,
                    profile.where("type"),
                    "only RuntimeDefault and Unconfined are in the guest image");
          };
        });
  }

  /** The own profile, else the pod's, else the runtime's default. */
  SeccompProfile seccomp() {
    return context
        .flatMap(SecurityReader::seccompOf)
        .or(pod::seccomp)
        .orElse(SeccompProfile.RUNTIME_DEFAULT_1);
  }

  boolean readOnlyRoot() {
    return context.map(reader -> reader.isTrue("readOnlyRootFilesystem")).orElse(false);
  }

  boolean noNewPrivileges() {
    return context
        .flatMap(reader -> reader.optionalBool("allowPrivilegeEscalation"))
        .map(allowed -> !allowed)
        .orElse(false);
  }

  ProcMount procMount() {
    String mount = context.map(reader -> reader.textOr("procMount", "Default")).orElse("Default");
    if (!mount.equals("Default")) {
      throw new CloisterException(
          KubernetesError.REFUSED_FIELD,
          context.map(reader -> reader.where("procMount")).orElse(""),
          "only Default is supported");
    }
    return ProcMount.DEFAULT;
  }

  /** Whether the container must not run as root. */
  boolean nonRoot() {
    return context.flatMap(reader -> reader.optionalBool("runAsNonRoot")).orElse(pod.nonRoot());
  }

  /** How the user is named: by the container, the pod or the image, in this order. */
  UserRequest user(ImageDefaults image) {
    Optional<Long> user =
        context.flatMap(reader -> reader.optionalInt("runAsUser", 0, MAX_ID)).or(pod::user);
    Optional<Long> group =
        context.flatMap(reader -> reader.optionalInt("runAsGroup", 0, MAX_ID)).or(pod::group);
    int colon = image.user().indexOf(':');
    String named = colon < 0 ? image.user() : image.user().substring(0, colon);
    String name = user.map(id -> Long.toString(id)).orElse(named.isEmpty() ? "0" : named);
    return container.checked(
        "image",
        () ->
            new UserRequest(
                name,
                group.map(id -> Long.toString(id)).orElse(""),
                List.copyOf(pod.groups()),
                pod.imageGroups()));
  }

  /** The default set, {@code ALL} added or dropped, then single ones added, then dropped. */
  Set<Capability> capabilities() {
    EnumSet<Capability> set = EnumSet.copyOf(Capability.DEFAULT);
    Optional<ObjectReader> reader =
        context.flatMap(outer -> outer.object("capabilities", "Capabilities"));
    if (reader.isEmpty()) {
      return set;
    }
    List<String> add = reader.get().texts("add");
    List<String> drop = reader.get().texts("drop");
    if (add.stream().anyMatch(SecurityReader::isAll)) {
      set.addAll(EnumSet.allOf(Capability.class));
    }
    if (drop.stream().anyMatch(SecurityReader::isAll)) {
      set.clear();
    }
    add.stream()
        .filter(name -> !isAll(name))
        .forEach(name -> set.add(of(reader.get(), "add", name)));
    drop.stream()
        .filter(name -> !isAll(name))
        .forEach(name -> set.remove(of(reader.get(), "drop", name)));
    for (Capability capability : set) {
      if (FAR_REACHING.contains(capability)) {
        reader
            .get()
            .warn(
                WarningCode.CAPABILITY,
                "add",
                capability.word() + " reaches beyond the container, into the VM");
      }
    }
    return set;
  }

  private static boolean isAll(String name) {
    return name.equalsIgnoreCase("ALL");
  }

  private static Capability of(ObjectReader reader, String field, String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String plain = upper.startsWith("CAP_") ? upper.substring(4) : upper;
    for (Capability capability : Capability.values()) {
      if (capability.word().equals(plain)) {
        return capability;
      }
    }
    throw reader.bad(field, Words.quoted(name) + " is not a capability of Linux");
  }
}
