package dev.cloister.cli;

import dev.cloister.attestation.EventLog;
import dev.cloister.attestation.GuestMemory;
import dev.cloister.attestation.TdxBuild;
import dev.cloister.attestation.Vcpus;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister measure tdx}: MRTD and RTMR0 to RTMR2. */
@CommandLine.Command(
    name = "tdx",
    description = {
      "Computes what a TDX module measures when QEMU starts a TD from these files: MRTD, and with a"
          + " kernel RTMR1 and RTMR2. RTMR0 follows from the machine: it is computed where --memory"
          + " and the three ACPI files of QEMU are given.",
      "With --ccel it replays the event log of a running TD instead.",
      "With --batch - it reads one launch a line as a JSON object from standard input and answers"
          + " one a line (docs/measurements.md)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister measure tdx --ovmf OVMF.fd --kernel vmlinuz --initrd initrd.img --append quiet",
      "  cloister measure tdx --ovmf OVMF.fd --memory 4G --acpi-loader table-loader \\",
      "      --acpi-rsdp rsdp --acpi-tables tables -o json",
      "  cloister measure tdx --ccel /sys/firmware/acpi/tables/data/CCEL"
    })
final class MeasureTdxCommand extends Command {

  private static final JsonBudget LINE = new JsonBudget(1 << 20, 4, 64);
  private static final int MAX_LOG = 4 << 20;

  @Mixin private BootOptions boot = new BootOptions();

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "The guest's memory in bytes, or with M or G after it.")
  private @Nullable String memory;

  @Option(names = "--acpi-loader", paramLabel = "FILE", description = "QEMU's etc/table-loader.")
  private @Nullable String acpiLoader;

  @Option(names = "--acpi-rsdp", paramLabel = "FILE", description = "QEMU's etc/acpi/rsdp.")
  private @Nullable String acpiRsdp;

  @Option(names = "--acpi-tables", paramLabel = "FILE", description = "QEMU's etc/acpi/tables.")
  private @Nullable String acpiTables;

  @Option(
      names = "--page-order",
      paramLabel = "ORDER",
      defaultValue = "single-pass",
      description =
          "How the host measures pages: single-pass (Linux 6.16 and later) or two-pass (default:"
              + " ${DEFAULT-VALUE}).")
  private String pageOrder = "single-pass";

  @Option(
      names = "--written-header",
      description = "QEMU writes into the kernel's setup header, as before 10.0; needs --memory.")
  private boolean writtenHeader;

  @Option(
      names = {"--vcpus", "--vcpu-type", "--guest-features", "--vmm-type"},
      paramLabel = "VALUE",
      description = "Taken for likeness with snp: TDX measures none of them by itself.")
  private List<String> unmeasured = List.of();

  @Option(names = "--ccel", paramLabel = "FILE", description = "An event log to replay.")
  private @Nullable Path ccel;

  @Option(names = "--batch", paramLabel = "-", description = "Read launches from standard input.")
  private @Nullable String batch;

  MeasureTdxCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    if (batch != null) {
      if (!batch.equals("-") || boot.isNamed() || ccel != null) {
        throw wrongUse("--batch", "it reads standard input, named -, and no other option counts");
      }
      new Batch(terminal(), LINE).answer(MeasureTdxCommand::answer);
    } else if (ccel != null) {
      print(replay(ccel));
    } else {
      Path firmware = boot.firmware("--ccel, or --batch -");
      if (!unmeasured.isEmpty()) {
        terminal().note("TDX measures neither vCPUs nor features by themselves");
      }
      print(launch(firmware).registers());
    }
    return ExitCode.DONE;
  }

  private TdxLaunch launch(Path firmware) {
    return new TdxLaunch(
        firmware,
        boot.boot(),
        order(pageOrder),
        memory(Optional.ofNullable(memory)),
        acpi(
            Optional.ofNullable(acpiLoader),
            Optional.ofNullable(acpiRsdp),
            Optional.ofNullable(acpiTables)),
        writtenHeader);
  }

  private static Map<String, Bytes> replay(Path log) {
    List<Bytes> found = Documents.read(log, MAX_LOG, EventLog::parse).replay();
    Map<String, Bytes> registers = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      registers.put("rtmr" + i, found.get(i));
    }
    return registers;
  }

  private void print(Map<String, Bytes> registers) {
    if (json()) {
      Json.ObjectBuilder result = Json.object().put("ok", true);
      registers.forEach((name, value) -> result.put(name, value.toHex()));
      terminal().print(result.build());
    } else {
      registers.forEach((name, value) -> terminal().print(name + " " + value.toHex()));
    }
  }

  private static Json.Obj answer(JsonFields line) {
    NullableFields fields = new NullableFields(line);
    checkUnmeasured(fields);
    TdxLaunch launch =
        new TdxLaunch(
            BootSource.path("ovmf", line.string("ovmf")),
            BootSource.of(fields.text("kernel"), fields.text("initrd"), fields.text("cmdline")),
            order(fields.text("pageOrder").orElse("single-pass")),
            memory(fields.text("memory")),
            acpi(fields.text("acpiLoader"), fields.text("acpiRsdp"), fields.text("acpiTables")),
            line.boolOr("writtenHeader", false));
    line.end();
    Json.ObjectBuilder result = Json.object();
    launch
        .registers()
        .forEach((name, value) -> {
          result.put(name, value.toHex());
          if (name.equals(TdxLaunch.MR_TD)) {
            result.put("launchDigest", value.toHex());
          }
        });
    return result.build();
  }

  /** Fields of a line that TDX does not measure must still be ones that a launch can have. */
  private static void checkUnmeasured(NullableFields fields) {
    if (fields.present("vcpus").isPresent()) {
      fields.fields().integer("vcpus", 1, Vcpus.MAX_COUNT);
    }
    fields.text("guestFeatures").ifPresent(text -> LaunchNumbers.number("guestFeatures", text));
    fields.text("vcpuType");
    fields
        .text("vmm")
        .filter(name -> !name.equals("qemu"))
        .ifPresent(name -> {
          throw wrongUse("vmm", "how " + name + " builds a TD is not known: must be qemu");
        });
  }

  private static TdxBuild.PageOrder order(String name) {
    return switch (name) {
      case "single-pass" -> TdxBuild.PageOrder.SINGLE_PASS;
      case "two-pass" -> TdxBuild.PageOrder.TWO_PASS;
      default -> throw wrongUse("pageOrder", "must be single-pass or two-pass");
    };
  }

  private static Optional<GuestMemory> memory(Optional<String> size) {
    return size.map(text -> new GuestMemory(LaunchNumbers.size("memory", text)));
  }

  private static Optional<TdxLaunch.Acpi> acpi(
      Optional<String> loader, Optional<String> rsdp, Optional<String> tables) {
    if (loader.isEmpty() && rsdp.isEmpty() && tables.isEmpty()) {
      return Optional.empty();
    }
    if (loader.isEmpty() || rsdp.isEmpty() || tables.isEmpty()) {
      throw wrongUse("acpiTables", "the three ACPI files belong together");
    }
    return Optional.of(
        new TdxLaunch.Acpi(
            BootSource.path("acpiLoader", loader.get()),
            BootSource.path("acpiRsdp", rsdp.get()),
            BootSource.path("acpiTables", tables.get())));
  }

  private static CloisterException wrongUse(String field, String detail) {
    return new CloisterException(CliError.WRONG_USE, field, detail);
  }
}
