package dev.cloister.cli;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.guest.GuestImage;
import dev.cloister.kubernetes.AuditReport;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.Generation;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister generate}: from Kubernetes YAML to what may run. */
@CommandLine.Command(
    name = "generate",
    description = {
      "Reads Kubernetes YAML, resolves each image to a digest and converts it into a verity disk,"
          + " derives one pod policy for each pod template, and writes: the YAML with images pinned"
          + " and initdata in an annotation, manifest.json (what may run), the audit report for"
          + " people, and each pod's initdata.",
      "A pod that is new or changes gets the newest transition that is known here as its floor: it"
          + " never accepts an older state of the deployment.",
      "Whatever the YAML holds that could not be measured is an error with file, line and path."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister init --simulated && cloister generate app.yaml",
      "  cloister generate deploy/ -n shop --to out",
      "  cloister generate app.yaml --reference-values genoa.json     (for hardware)"
    })
final class GenerateCommand extends Command {

  private static final int MAX_VALUES = 1 << 20;
  private static final int MAX_ENTRIES = 256;
  private static final String REPORT = "report.txt";
  private static final String MANIFEST = "manifest.json";

  private final Locations locations;

  @Mixin private YamlOptions yaml = new YamlOptions();

  @Option(
      names = "--to",
      paramLabel = "DIR",
      defaultValue = "generated",
      description = "Where the files go (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of("");

  @Option(
      names = "--reference-values",
      paramLabel = "FILE",
      description = "Guest images and machines that may carry the pods, by name (JSON).")
  private @Nullable Path referenceValues;

  @Mixin private CertificateOptions certificates = new CertificateOptions();

  @Mixin private MemoryOptions memory = new MemoryOptions();

  @Option(
      names = "--renew-floors",
      description =
          "Give every pod the newest transition known here as its floor, also pods that do not"
              + " change otherwise: they have to be restarted.")
  private boolean renewFloors;

  @Option(
      names = "--owners-of",
      paramLabel = "FILE",
      description =
          "Change the owners to those of this deployment.json, which 'cloister init' made in another"
              + " directory; the old owners and the new ones have to sign.")
  private @Nullable Path ownersOf;

  @Option(
      names = "--beside",
      paramLabel = "FILE",
      description =
          "Keep what this manifest.json lists of workloads that change: pods of both versions run"
              + " side by side and are one workload, until a manifest without it is set.")
  private @Nullable Path beside;

  GenerateCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    Deployment deployment = yaml.deployment();
    Generation generation = yaml.derive(terminal(), locations, floors(deployment));
    Map<String, ReferenceValue> values = values(deployment);
    Manifest manifest = manifest(deployment, generation, values);
    List<Path> written = write(generation, manifest);
    if (json()) {
      terminal().print(json(generation, manifest, written));
    } else {
      show(generation, written);
    }
    if (deployment.mode() == Mode.SIMULATED) {
      terminal().note(Simulated.WARNING);
    }
    return ExitCode.DONE;
  }

  private Floors floors(Deployment deployment) {
    return Floors.after(memory.known(deployment.pin()), directory, renewFloors);
  }

  private Map<String, ReferenceValue> values(Deployment deployment) {
    if (referenceValues != null) {
      return read(referenceValues);
    }
    if (deployment.mode() == Mode.HARDWARE) {
      throw new CloisterException(
          CliError.NO_REFERENCE_VALUES, "generate", "the deployment's mode is hardware");
    }
    GuestImages images = new GuestImages(locations);
    GuestImage image =
        terminal()
            .during("building the guest image", () -> images.current(new Progress(terminal())));
    return SimulatedReferences.of(image, NodeConnection.simulatedVendor(locations));
  }

  private static Map<String, ReferenceValue> read(Path file) {
    Json json = JsonParser.parse(Disk.read(file, MAX_VALUES), JsonBudget.DOCUMENT);
    JsonFields fields = JsonFields.of(Json.object().put("values", json).build(), file.toString());
    return fields.map("values", MAX_ENTRIES, ReferenceValue::parse);
  }

  private Manifest manifest(
      Deployment deployment, Generation generation, Map<String, ReferenceValue> values) {
    List<Workload> workloads = new ArrayList<>();
    // In one order, so that the same input gives the same manifest.
    List<String> names = values.keySet().stream().sorted().toList();
    for (GeneratedWorkload generated : generation.workloads()) {
      workloads.add(generated.entry(names));
    }
    if (beside != null) {
      workloads.addAll(
          replaced(Documents.read(beside, Manifest.MAX_SIZE, Manifest::parse), workloads));
    }
    Manifest manifest = Manifest.create(deployment.pin(), workloads, values, certificates.rules());
    return ownersOf == null
        ? manifest
        : manifest.withOwners(YamlOptions.deployment(ownersOf).owners());
  }

  /** The entries whose workloads are in the new list with other initdata only. */
  static List<Workload> replaced(Manifest before, List<Workload> now) {
    return before.workloads().stream()
        .filter(old -> !old.isCoordinator())
        .filter(old -> now.stream().anyMatch(w -> w.fullName().equals(old.fullName())))
        .filter(old -> now.stream().noneMatch(w -> w.initdataDigest().equals(old.initdataDigest())))
        .toList();
  }

  private List<Path> write(Generation generation, Manifest manifest) {
    List<Path> written = new ArrayList<>();
    requireNames(generation.files());
    for (SourceFile file : generation.files()) {
      written.add(write(nameOf(file), file.content()));
    }
    StringBuilder report = new StringBuilder();
    for (GeneratedWorkload workload : generation.workloads()) {
      report.append(AuditReport.of(workload, generation.inputs()).text()).append('\n');
      Bytes document = workload.initdata().document();
      Disk.write(Floors.file(directory, document.sha256()), document);
    }
    written.add(write(REPORT, Bytes.ofUtf8(report.toString())));
    written.add(write(MANIFEST, manifest.document()));
    return written;
  }

  /** Files of several directories become files of one. */
  private static void requireNames(List<SourceFile> files) {
    Set<String> names = new HashSet<>(Set.of(REPORT, MANIFEST));
    for (SourceFile file : files) {
      if (!names.add(nameOf(file))) {
        throw new CloisterException(
            CliError.WRONG_USE, file.name(), "another result is called " + nameOf(file) + " too");
      }
    }
  }

  private static String nameOf(SourceFile file) {
    return Path.of(file.name()).getFileName().toString();
  }

  private Path write(String name, Bytes content) {
    Path file = directory.resolve(name);
    Disk.write(file, content);
    return file;
  }

  private void show(Generation generation, List<Path> written) {
    for (GeneratedWorkload workload : generation.workloads()) {
      terminal().print(AuditReport.of(workload, generation.inputs()).firstPage());
    }
    generation.notes().forEach(note -> terminal().note("note: " + note));
    for (Path file : written) {
      terminal().print("wrote " + file);
    }
  }

  private static Json json(Generation generation, Manifest manifest, List<Path> written) {
    List<Json> reports = new ArrayList<>();
    for (GeneratedWorkload workload : generation.workloads()) {
      reports.add(AuditReport.of(workload, generation.inputs()).toJson());
    }
    return Json.object()
        .put("ok", true)
        .put("manifest", manifest.digest().toHex())
        .put("files", Json.ofStrings(written.stream().map(Path::toString).toList()))
        .put("reports", Json.of(reports))
        .build();
  }
}
