package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Workload;
import dev.cloister.policy.PodRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the annotations that say how a pod takes part in its deployment.
 *
 * <pre>
 * cloister.dev/role: coordinator            # the deployment's Coordinator
 * cloister.dev/join: "false"                # starts without waiting for the Coordinator
 * cloister.dev/sans: "a.example,b.example"  # further names in its certificate
 * cloister.dev/secret: "db/main"            # id of its workload secret
 * </pre>
 */
final class MembershipReader {

  private final PodTemplate template;
  private final Annotations annotations;

  MembershipReader(PodTemplate template, Annotations annotations) {
    this.template = template;
    this.annotations = annotations;
  }

  Membership read() {
    PodRole role = text(Annotations.ROLE).map(this::role).orElse(PodRole.WORKLOAD);
    Optional<Boolean> said = text(Annotations.JOIN).map(this::join);
    if (role == PodRole.COORDINATOR && said.orElse(false)) {
      throw refuse(
          KubernetesError.ANNOTATION_CONTRADICTION,
          Annotations.JOIN,
          "a Coordinator cannot join itself; remove it");
    }
    boolean join = role != PodRole.COORDINATOR && said.orElse(true);
    if (!join) {
      requireNothingToGet(role);
    }
    if (role != PodRole.COORDINATOR && !join) {
      template
          .findings()
          .warn(
              WarningCode.NO_JOIN,
              annotations.path(Annotations.JOIN),
              place(Annotations.JOIN),
              "the pod runs whether or not a manifest lists it, and gets neither certificate nor"
                  + " secret");
    }
    return new Membership(
        role,
        join,
        text(Annotations.SANS).map(this::sans).orElse(List.of()),
        text(Annotations.SECRET).map(this::secret).orElse(""));
  }

  private void requireNothingToGet(PodRole role) {
    for (String name : List.of(Annotations.SANS, Annotations.SECRET)) {
      if (text(name).isPresent()) {
        throw refuse(
            KubernetesError.ANNOTATION_CONTRADICTION,
            name,
            role == PodRole.COORDINATOR
                ? "the Coordinator itself gets neither names nor a secret; remove it"
                : "a pod that does not join gets neither names nor a secret; remove one of the two");
      }
    }
  }

  private PodRole role(String text) {
    for (PodRole role : PodRole.values()) {
      if (role.word().equals(text)) {
        return role;
      }
    }
    throw refuse(
        KubernetesError.ANNOTATION_WORD,
        Annotations.ROLE,
        Words.quoted(text) + " is not a role; the roles are: workload, coordinator");
  }

  private boolean join(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw refuse(
              KubernetesError.ANNOTATION_WORD,
              Annotations.JOIN,
              Words.quoted(text) + " does not say whether; the words are: \"true\", \"false\"");
    };
  }

  private List<String> sans(String text) {
    List<String> names = new ArrayList<>();
    for (String name : text.split(",", -1)) {
      names.add(name.strip());
    }
    try {
      Workload.requireSans(names, "sans");
    } catch (CloisterException e) {
      throw refuse(
          KubernetesError.ANNOTATION_SYNTAX, Annotations.SANS, e.where() + ": " + e.detail());
    }
    return names;
  }

  private String secret(String text) {
    try {
      Workload.requireSecret(text, "secret");
    } catch (CloisterException e) {
      throw refuse(KubernetesError.ANNOTATION_SYNTAX, Annotations.SECRET, e.detail());
    }
    return text;
  }

  private Optional<String> text(String name) {
    YamlNode.Entry entry = template.annotations().get(name);
    return entry != null && entry.value() instanceof YamlNode.Scalar scalar
        ? Optional.of(scalar.text().strip())
        : Optional.empty();
  }

  private Position place(String name) {
    YamlNode.Entry entry = template.annotations().get(name);
    return entry == null ? template.object().at() : entry.value().place().at();
  }

  private CloisterException refuse(KubernetesError code, String name, String detail) {
    return new CloisterException(code, place(name) + " " + annotations.path(name), detail);
  }
}
