package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import dev.cloister.rpc.NodePods.FileVolume;
import dev.cloister.rpc.NodePods.RunPodRequest;
import dev.cloister.rpc.NodePods.VolumeFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the local frontend was asked to run, as it is written down.
 *
 * @param id the pod's id on this node
 * @param name pod name
 * @param namespace its namespace
 * @param uid its uid
 * @param initdata the document
 * @param volumes content of file volumes
 * @param tee kind of evidence
 * @param registryConfiguration path of a Docker configuration file, or empty
 * @param services Services that lead to it, each as {@code NAME.NAMESPACE}
 * @param subdomain Service under which it has a name of its own, or empty
 * @param startedMillis when it was accepted, Unix time
 * @param end how it ended, if it has
 */
record PodOrder(
    String id,
    String name,
    String namespace,
    String uid,
    Bytes initdata,
    List<FileVolume> volumes,
    String tee,
    String registryConfiguration,
    List<String> services,
    String subdomain,
    long startedMillis,
    Optional<End> end) {

  static final String FILE = "pod.json";
  private static final int SCHEMA = 1;
  private static final int MAX_VOLUMES = 64;
  private static final int MAX_FILES = 256;
  private static final int MAX_SERVICES = 64;

  PodOrder {
    volumes = List.copyOf(volumes);
    services = List.copyOf(services);
    SpecRules.id(id);
    SpecRules.text("name", name, 253);
    SpecRules.text("namespace", namespace, 63);
    SpecRules.text("uid", uid, 64);
    SpecRules.text("tee", tee, 32);
    SpecRules.range("volumes", volumes.size(), 0, MAX_VOLUMES);
    SpecRules.range("services", services.size(), 0, MAX_SERVICES);
    services.forEach(service -> PodNames.require("services", service));
    if (!subdomain.isEmpty()) {
      PodNames.require("subdomain", subdomain);
    }
  }

  /** How a pod ended. */
  record End(PodPhase phase, String reason) {}

  static PodOrder of(String id, RunPodRequest request, long nowMillis) {
    return new PodOrder(
        id,
        request.name(),
        request.namespace(),
        request.uid(),
        request.initdata(),
        request.volumes(),
        request.tee(),
        request.registryConfiguration(),
        request.services(),
        request.subdomain(),
        nowMillis,
        Optional.empty());
  }

  /** What was asked for. */
  RunPodRequest request() {
    return new RunPodRequest(
        name, namespace, uid, initdata, volumes, tee, registryConfiguration, services, subdomain);
  }

  PodOrder ended(PodPhase phase, String reason) {
    return new PodOrder(
        id,
        name,
        namespace,
        uid,
        initdata,
        volumes,
        tee,
        registryConfiguration,
        services,
        subdomain,
        startedMillis,
        Optional.of(new End(phase, reason)));
  }

  /** {@code namespace/name}. */
  String fullName() {
    return namespace + "/" + name;
  }

  Json.Obj toJson() {
    Json.ObjectBuilder out =
        Json.object()
            .put("schema", SCHEMA)
            .put("id", id)
            .put("name", name)
            .put("namespace", namespace)
            .put("uid", uid)
            .put("initdata", initdata.toBase64())
            .put("volumes", volumesJson())
            .put("tee", tee)
            .put("registryConfiguration", registryConfiguration)
            .put("services", Json.ofStrings(services))
            .put("subdomain", subdomain)
            .put("startedMillis", startedMillis);
    end.ifPresent(how ->
        out.put(
            "end",
            Json.object().put("phase", how.phase().word()).put("reason", how.reason()).build()));
    return out.build();
  }

  private Json volumesJson() {
    List<Json> out = new ArrayList<>();
    for (FileVolume volume : volumes) {
      List<Json> files = new ArrayList<>();
      for (VolumeFile file : volume.files()) {
        files.add(
            Json.object()
                .put("name", file.name())
                .put("content", file.content().toBase64())
                .build());
      }
      out.add(Json.object().put("name", volume.name()).put("files", Json.of(files)).build());
    }
    return Json.of(out);
  }

  static PodOrder read(Json json) {
    JsonFields fields = JsonFields.of(json, "");
    fields.integer("schema", SCHEMA, SCHEMA);
    PodOrder order =
        new PodOrder(
            fields.string("id"),
            fields.string("name"),
            fields.string("namespace"),
            fields.string("uid"),
            Bytes.ofBase64(fields.string("initdata")),
            fields.list(
                "volumes", MAX_VOLUMES, (element, path) -> volume(JsonFields.of(element, path))),
            fields.string("tee"),
            fields.string("registryConfiguration"),
            fields.strings("services", MAX_SERVICES),
            fields.string("subdomain"),
            fields.integer("startedMillis", 0, Long.MAX_VALUE),
            fields.optionalObject("end").map(PodOrder::end));
    fields.end();
    return order;
  }

  private static FileVolume volume(JsonFields fields) {
    FileVolume volume =
        new FileVolume(
            fields.string("name"),
            fields.list("files", MAX_FILES, (element, path) -> file(JsonFields.of(element, path))));
    fields.end();
    return volume;
  }

  private static VolumeFile file(JsonFields fields) {
    VolumeFile file =
        new VolumeFile(fields.string("name"), Bytes.ofBase64(fields.string("content")));
    fields.end();
    return file;
  }

  private static End end(JsonFields fields) {
    End end =
        new End(fields.oneOf("phase", PodPhase.class, PodPhase::word), fields.string("reason"));
    fields.end();
    return end;
  }

  static PodOrder unreadable(String id, CloisterException why) {
    return new PodOrder(
        id,
        id,
        "unknown",
        id,
        Bytes.ofUtf8("{}"),
        List.of(),
        "snp",
        "",
        List.of(),
        "",
        0,
        Optional.of(new End(PodPhase.FAILED, String.valueOf(why.getMessage()))));
  }
}
