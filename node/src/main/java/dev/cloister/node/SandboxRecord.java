package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the node wrote down about a sandbox: enough to adopt it after a restart, or to remove
 * whatever exists of it. Written before anything is made.
 *
 * @param spec what it is made of
 * @param stage how far it is
 * @param process QEMU, once it runs
 * @param network how it is connected, if it is
 * @param launchDigest what the launcher measured, 48 bytes; empty before
 * @param plugged disks that came while it ran, by slot from 1
 */
record SandboxRecord(
    SandboxSpec spec,
    Stage stage,
    Optional<HostProcess> process,
    Optional<PodInterface> network,
    Bytes launchDigest,
    List<ImageDisk> plugged) {

  static final String FILE = "sandbox.json";
  private static final int SCHEMA = 1;

  SandboxRecord {
    plugged = List.copyOf(plugged);
  }

  /** How far a sandbox is. */
  enum Stage {
    /** Anything of it may exist; it cannot be used. */
    PREPARING("preparing"),
    /** Its QEMU was started. */
    RUNNING("running"),
    /** It is being removed. */
    STOPPING("stopping");

    private final String word;

    Stage(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static SandboxRecord preparing(SandboxSpec spec) {
    return new SandboxRecord(
        spec, Stage.PREPARING, Optional.empty(), Optional.empty(), Bytes.EMPTY, List.of());
  }

  SandboxRecord running(HostProcess qemu, Optional<PodInterface> connection, Bytes measured) {
    return new SandboxRecord(spec, Stage.RUNNING, Optional.of(qemu), connection, measured, plugged);
  }

  SandboxRecord stopping() {
    return new SandboxRecord(spec, Stage.STOPPING, process, network, launchDigest, plugged);
  }

  SandboxRecord plugging(ImageDisk disk) {
    List<ImageDisk> more = new ArrayList<>(plugged);
    more.add(disk);
    return new SandboxRecord(spec, stage, process, network, launchDigest, more);
  }

  Json.Obj toJson() {
    Json.ObjectBuilder out =
        Json.object()
            .put("schema", SCHEMA)
            .put("stage", stage.word())
            .put("spec", specJson())
            .put("launchDigest", launchDigest.toHex())
            .put("plugged", disksJson(plugged));
    process.ifPresent(qemu ->
        out.put(
            "process",
            Json.object().put("pid", qemu.pid()).put("startTicks", qemu.startTicks()).build()));
    network.ifPresent(connection -> out.put("network", connection.toJson()));
    return out.build();
  }

  private Json.Obj specJson() {
    return Json.object()
        .put("id", spec.id())
        .put("firmware", spec.boot().firmware().toString())
        .put("kernel", spec.boot().kernel().toString())
        .put("initrd", spec.boot().initrd().toString())
        .put("commandLine", spec.boot().commandLine())
        .put("root", spec.root().toString())
        .put("hostData", spec.hostData().toHex())
        .put("initdata", spec.initdata().toBase64())
        .put("disks", disksJson(spec.disks()))
        .put("hotplugSlots", spec.hotplugSlots())
        .put("memoryMib", spec.memoryMib())
        .put("vcpus", spec.vcpus())
        .put("network", spec.network())
        .put("tee", spec.tee())
        .build();
  }

  private static Json disksJson(List<ImageDisk> disks) {
    List<Json> out = new ArrayList<>();
    for (ImageDisk disk : disks) {
      out.add(Json.object().put("root", disk.root()).put("file", disk.file().toString()).build());
    }
    return Json.of(out);
  }

  static SandboxRecord read(Json json) {
    JsonFields fields = JsonFields.of(json, "");
    fields.integer("schema", SCHEMA, SCHEMA);
    SandboxRecord record =
        new SandboxRecord(
            spec(fields.object("spec")),
            fields.oneOf("stage", Stage.class, Stage::word),
            fields.optionalObject("process").map(SandboxRecord::process),
            fields.optionalObject("network").map(PodInterface::read),
            Bytes.ofHex(fields.string("launchDigest")),
            disks(fields, "plugged"));
    fields.end();
    return record;
  }

  private static SandboxSpec spec(JsonFields fields) {
    SandboxSpec spec =
        new SandboxSpec(
            fields.string("id"),
            new BootFiles(
                Path.of(fields.string("firmware")),
                Path.of(fields.string("kernel")),
                Path.of(fields.string("initrd")),
                fields.string("commandLine")),
            Path.of(fields.string("root")),
            fields.hex("hostData", 32),
            Bytes.ofBase64(fields.string("initdata")),
            disks(fields, "disks"),
            (int) fields.integer("hotplugSlots", 0, SandboxSpec.MAX_DISKS),
            (int) fields.integer("memoryMib", 0, 1 << 20),
            (int) fields.integer("vcpus", 0, 64),
            fields.bool("network"),
            fields.string("tee"));
    fields.end();
    return spec;
  }

  private static List<ImageDisk> disks(JsonFields fields, String name) {
    return fields.list(
        name, SandboxSpec.MAX_DISKS, (element, path) -> disk(JsonFields.of(element, path)));
  }

  private static ImageDisk disk(JsonFields fields) {
    ImageDisk disk = new ImageDisk(fields.string("root"), Path.of(fields.string("file")));
    fields.end();
    return disk;
  }

  private static HostProcess process(JsonFields fields) {
    HostProcess process =
        new HostProcess(
            fields.integer("pid", 1, 1L << 22), fields.integer("startTicks", 0, Long.MAX_VALUE));
    fields.end();
    return process;
  }
}
