package dev.cloister.cli;

import dev.cloister.attestation.GuestPolicy;
import dev.cloister.attestation.IdAuthentication;
import dev.cloister.attestation.IdBlock;
import dev.cloister.attestation.LaunchBase;
import dev.cloister.attestation.VcpuModel;
import dev.cloister.attestation.Vcpus;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister measure snp}: the launch digest of SEV-SNP. */
@CommandLine.Command(
    name = "snp",
    description = {
      "Computes the launch digest that an AMD security processor signs as MEASUREMENT when a VM"
          + " starts from these files under SEV-SNP.",
      "A kernel is refused under a firmware that has no section for kernel hashes, because such a"
          + " firmware boots any kernel.",
      "With --batch - it reads one launch a line as a JSON object from standard input and answers"
          + " one a line: {\"id\",\"launchDigest\"}, or {\"id\",\"code\",\"reason\"}"
          + " (docs/evidence.md)."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister measure snp --ovmf OVMF.fd --vcpus 2 --vcpu-type EPYC-Milan \\",
      "      --kernel vmlinuz --initrd initrd.img --append 'console=ttyS0'",
      "  cloister measure snp --ovmf ovmf_img.fd --vcpus 4 --vmm-type ec2 -o json",
      "  echo '{\"id\":\"a\",\"ovmf\":\"OVMF.fd\",\"vcpus\":1,\"vcpuType\":\"EPYC-v4\"}' |",
      "      cloister measure snp --batch -"
    })
final class MeasureSnpCommand extends Command {

  private static final JsonBudget LINE = new JsonBudget(1 << 20, 4, 64);

  @Mixin private BootOptions boot = new BootOptions();

  @Option(names = "--vcpus", paramLabel = "N", description = "Number of virtual CPUs, 1 to 512.")
  private int vcpus;

  @Option(
      names = "--vcpu-type",
      paramLabel = "TYPE",
      description = "QEMU's name of the virtual CPU: EPYC-v4, EPYC-Rome, EPYC-Milan, EPYC-Genoa, …")
  private @Nullable String vcpuType;

  @Option(
      names = "--vcpu-sig",
      paramLabel = "N",
      description = "CPUID signature of the virtual CPU, in place of --vcpu-type.")
  private @Nullable String vcpuSignature;

  @Option(
      names = "--guest-features",
      paramLabel = "BITS",
      defaultValue = "0x1",
      description = "SEV_FEATURES of the guest (default: ${DEFAULT-VALUE}).")
  private String guestFeatures = "0x1";

  @Option(
      names = "--vmm-type",
      paramLabel = "VMM",
      defaultValue = "qemu",
      description = "Who starts the VM: qemu, ec2 or gce (default: ${DEFAULT-VALUE}).")
  private String vmm = "qemu";

  @Option(
      names = "--id-block",
      description =
          "Also print a key-less ID block, with which a security processor starts no other launch:"
              + " QEMU's id-block and id-auth, and the ID_KEY_DIGEST that reports then have.")
  private boolean idBlock;

  @Option(
      names = "--guest-policy",
      paramLabel = "BITS",
      defaultValue = "0x30000",
      description = "The guest policy in the ID block (default: ${DEFAULT-VALUE}).")
  private String guestPolicy = "0x30000";

  @Option(names = "--batch", paramLabel = "-", description = "Read launches from standard input.")
  private @Nullable String batch;

  MeasureSnpCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    if (batch != null) {
      runBatch(batch);
      return ExitCode.DONE;
    }
    Path firmware = boot.firmware("--batch -");
    if (vcpus == 0) {
      throw wrongUse("--vcpus", "say how many virtual CPUs there are");
    }
    print(
        new SnpLaunch(
            firmware,
            boot.boot(),
            vcpus(
                vcpus,
                Optional.ofNullable(vcpuType),
                Optional.ofNullable(vcpuSignature),
                guestFeatures,
                vmm)));
    return ExitCode.DONE;
  }

  private void print(SnpLaunch launch) {
    LaunchBase base = launch.base();
    Bytes digest = base.with(launch.vcpus());
    Map<String, String> idFields = idBlock ? idFields(digest, guestPolicy) : Map.of();
    if (json()) {
      Json.ObjectBuilder result =
          Json.object()
              .put("ok", true)
              .put("launchDigest", digest.toHex())
              .put("digestBeforeVcpus", base.digest().toHex())
              .put("resetAddress", "0x" + Long.toHexString(base.resetAddress()));
      idFields.forEach(result::put);
      terminal().print(result.build());
    } else {
      terminal().print(digest.toHex());
      idFields.forEach((name, value) -> terminal().print(name + " " + value));
    }
  }

  private static Map<String, String> idFields(Bytes digest, String policy) {
    IdBlock block =
        IdBlock.of(digest, new GuestPolicy(LaunchNumbers.number("--guest-policy", policy)));
    IdAuthentication authentication = IdAuthentication.keyless(block);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("idBlock", block.toBytes().toBase64());
    fields.put("idAuth", authentication.toBytes().toBase64());
    fields.put("idKeyDigest", authentication.idKey().digest().toHex());
    return fields;
  }

  private void runBatch(String from) {
    if (!from.equals("-") || boot.isNamed()) {
      throw wrongUse("--batch", "it reads standard input, named -, and no other option counts");
    }
    new Batch(terminal(), LINE).answer(MeasureSnpCommand::answer);
  }

  private static Json.Obj answer(JsonFields line) {
    NullableFields fields = new NullableFields(line);
    String firmware = line.string("ovmf");
    Vcpus vcpus =
        vcpus(
            (int) line.integer("vcpus", 1, Vcpus.MAX_COUNT),
            fields.text("vcpuType"),
            fields.text("vcpuSignature"),
            fields.text("guestFeatures").orElse("0x1"),
            fields.text("vmm").orElse("qemu"));
    BootSource boot =
        BootSource.of(fields.text("kernel"), fields.text("initrd"), fields.text("cmdline"));
    line.end();
    SnpLaunch launch = new SnpLaunch(BootSource.path("ovmf", firmware), boot, vcpus);
    return Json.object().put("launchDigest", launch.base().with(vcpus).toHex()).build();
  }

  private static Vcpus vcpus(
      int count,
      Optional<String> type,
      Optional<String> signature,
      String features,
      String launcher) {
    return new Vcpus(
        count,
        signature(type, signature, launcher(launcher)),
        LaunchNumbers.number("guestFeatures", features),
        launcher(launcher));
  }

  /** Only QEMU tells the guest its signature in a register that is measured. */
  private static int signature(
      Optional<String> type, Optional<String> signature, Vcpus.Launcher launcher) {
    if (signature.isPresent()) {
      long value = LaunchNumbers.number("vcpuSignature", signature.get());
      if (type.isPresent() || value < 0 || value > 0xffff_ffffL) {
        throw wrongUse("vcpuSignature", "32 bits belong here, and no vcpuType beside it");
      }
      return (int) value;
    }
    if (type.isPresent()) {
      return VcpuModel.named(type.get()).signature();
    }
    if (launcher == Vcpus.Launcher.QEMU) {
      throw wrongUse("vcpuType", "QEMU's launches depend on the type of the virtual CPU: name it");
    }
    return 0;
  }

  private static Vcpus.Launcher launcher(String name) {
    return switch (name) {
      case "qemu", "QEMU" -> Vcpus.Launcher.QEMU;
      case "ec2" -> Vcpus.Launcher.EC2;
      case "gce" -> Vcpus.Launcher.GCE;
      default -> throw wrongUse("vmm", "must be qemu, ec2 or gce");
    };
  }

  private static CloisterException wrongUse(String field, String detail) {
    return new CloisterException(CliError.WRONG_USE, field, detail);
  }
}
