package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.NamePattern;
import java.util.Map;

/** Finds the pod template in an object of each {@link ControllerKind}. */
final class PodTemplates {

  private static final int MAX_ORDINALS = 100_000;

  private PodTemplates() {}

  static PodTemplate read(KubernetesObject object, ControllerKind kind) {
    if (!object.apiVersion().equals(kind.apiVersion())) {
      throw new CloisterException(
          KubernetesError.UNKNOWN_KIND,
          object.at() + " apiVersion",
          "a " + kind.kind() + " has apiVersion " + kind.apiVersion());
    }
    Findings findings = new Findings();
    return kind == ControllerKind.POD ? pod(object, findings) : made(object, kind, findings);
  }

  private static PodTemplate pod(KubernetesObject object, Findings findings) {
    ObjectReader reader = ObjectReader.of(object.node(), "Pod", "", findings);
    reader.text("apiVersion");
    reader.text("kind");
    ObjectReader metadata = metadata(reader);
    String name = metadata.textOr("name", "");
    String base = metadata.textOr("generateName", "");
    NamePattern names =
        metadata.checked(
            name.isEmpty() ? "generateName" : "name",
            () -> name.isEmpty() ? new NamePattern.Generated(base) : new NamePattern.Exact(name));
    metadata.any("namespace");
    return template(object, ControllerKind.POD, names, reader, "", 1, findings);
  }

  private static PodTemplate made(KubernetesObject object, ControllerKind kind, Findings findings) {
    ObjectReader reader = ObjectReader.of(object.node(), "Controller", "", findings);
    reader.text("apiVersion");
    reader.text("kind");
    readMetadata(reader);
    ObjectReader spec = required(reader, "spec", kind.specType());
    ObjectReader holder = spec;
    if (kind == ControllerKind.CRON_JOB) {
      holder = required(required(spec, "jobTemplate", "JobTemplateSpec"), "spec", "JobSpec");
    }
    NamePattern names = names(object, kind, reader, spec);
    if (kind == ControllerKind.JOB || kind == ControllerKind.CRON_JOB) {
      requireUnindexed(holder);
    }
    ObjectReader template = required(holder, "template", "PodTemplateSpec");
    template.object("metadata", "ObjectMeta").ifPresent(meta -> checkNamespace(meta, object));
    String governor = kind == ControllerKind.STATEFUL_SET ? spec.textOr("serviceName", "") : "";
    return template(object, kind, names, template, governor, replicas(spec), findings);
  }

  private static NamePattern names(
      KubernetesObject object, ControllerKind kind, ObjectReader reader, ObjectReader spec) {
    String name = object.name();
    return reader.checked(
        "metadata",
        () ->
            switch (kind) {
              case POD -> new NamePattern.Exact(name);
              case DEPLOYMENT -> new NamePattern.Deployment(name);
              case REPLICA_SET, REPLICATION_CONTROLLER, DAEMON_SET, JOB ->
                  new NamePattern.Generated(name + "-");
              case STATEFUL_SET -> ordinals(name, spec);
              case CRON_JOB -> new NamePattern.CronJob(name);
            });
  }

  private static NamePattern ordinals(String name, ObjectReader spec) {
    long first =
        spec.object("ordinals", "StatefulSetOrdinals")
            .flatMap(ordinals -> ordinals.optionalInt("start", 0, MAX_ORDINALS))
            .orElse(0L);
    long replicas = spec.optionalInt("replicas", 0, MAX_ORDINALS).orElse(1L);
    return new NamePattern.Ordinal(name, (int) first, (int) (first + Math.max(replicas, 1) - 1));
  }

  private static int replicas(ObjectReader spec) {
    return spec.knows("replicas")
        ? spec.optionalInt("replicas", 0, MAX_ORDINALS).orElse(1L).intValue()
        : 1;
  }

  private static void requireUnindexed(ObjectReader job) {
    if (!job.textOr("completionMode", "NonIndexed").equals("NonIndexed")) {
      throw new CloisterException(
          KubernetesError.REFUSED_FIELD,
          job.where("completionMode"),
          "indexed jobs are not supported yet; use NonIndexed");
    }
  }

  private static void checkNamespace(ObjectReader metadata, KubernetesObject object) {
    String namespace = metadata.textOr("namespace", object.namespace());
    if (!namespace.equals(object.namespace())) {
      throw metadata.bad("namespace", "is not the namespace of the object, " + object.namespace());
    }
    metadata.any("name");
    metadata.any("generateName");
  }

  private static PodTemplate template(
      KubernetesObject object,
      ControllerKind kind,
      NamePattern names,
      ObjectReader holder,
      String governor,
      int replicas,
      Findings findings) {
    ObjectReader metadata = holder.object("metadata", "ObjectMeta").orElse(null);
    Map<String, String> labels = Map.of();
    Map<String, YamlNode.Entry> annotations = Map.of();
    if (metadata != null) {
      metadata.any("name");
      metadata.any("generateName");
      metadata.any("namespace");
      labels = metadata.textMap("labels");
      metadata.textMap("annotations");
      annotations = metadata.map("annotations");
    }
    return new PodTemplate(
        object,
        kind,
        names,
        holder.node(),
        required(holder, "spec", "PodSpec"),
        labels,
        annotations,
        governor,
        replicas,
        findings);
  }

  /**
   * Reads the metadata of an object that is not a pod: annotations of ours have no effect there.
   */
  static void readMetadata(ObjectReader object) {
    ObjectReader metadata = metadata(object);
    metadata.any("name");
    metadata.any("generateName");
    metadata.any("namespace");
    metadata.textMap("labels");
    metadata.textMap("annotations");
    for (Map.Entry<String, YamlNode.Entry> entry : metadata.map("annotations").entrySet()) {
      if (entry.getKey().startsWith(Annotations.PREFIX)) {
        throw new CloisterException(
            KubernetesError.ANNOTATION_PLACE,
            entry.getValue().key().place().at()
                + " "
                + metadata.path("annotations")
                + "["
                + entry.getKey()
                + "]",
            "it belongs to metadata.annotations of the pod template");
      }
    }
  }

  private static ObjectReader metadata(ObjectReader object) {
    return required(object, "metadata", "ObjectMeta");
  }

  private static ObjectReader required(ObjectReader reader, String field, String type) {
    return reader
        .object(field, type)
        .orElseThrow(() ->
            new CloisterException(
                KubernetesError.MISSING_FIELD, reader.where(field), "the field is missing"));
  }
}
