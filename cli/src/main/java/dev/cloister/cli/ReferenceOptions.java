package dev.cloister.cli;

import dev.cloister.attestation.GuestMemory;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TcbLayout;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TdxBuild;
import dev.cloister.attestation.TdxReferenceValue;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.VcpuModel;
import dev.cloister.attestation.Vcpus;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.guest.GuestImage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options of {@code cloister guest build} that say on which machines the image is to run, and so
 * what its evidence will be compared with.
 */
final class ReferenceOptions {

  @Option(
      names = "--reference-values",
      paramLabel = "FILE",
      description = "Write the image's reference values for a kind of machine there (JSON).")
  private @Nullable Path file;

  @Mixin private TeeOption tee = new TeeOption();

  @Option(names = "--ovmf", paramLabel = "FILE", description = "The firmware of those machines.")
  private @Nullable Path ovmf;

  @Option(
      names = "--product",
      paramLabel = "NAME",
      description = "snp: Milan, Genoa (with Bergamo and Siena) or Turin.")
  private @Nullable String product;

  @Option(
      names = "--minimum-tcb",
      paramLabel = "LEVELS",
      description =
          "snp: the lowest firmware levels, for example"
              + " bootloader=10,tee=0,snp=23,microcode=84; on Turin also fmc.")
  private @Nullable String minimumTcb;

  @Option(
      names = "--vcpu-type",
      paramLabel = "TYPE",
      description = "snp: QEMU's name of the virtual CPU (default: the product's).")
  private @Nullable String vcpuType;

  @Option(names = "--memory", paramLabel = "SIZE", description = "tdx: the guest's memory.")
  private @Nullable String memory;

  @Option(
      names = "--acpi",
      arity = "3",
      paramLabel = "FILE",
      description = "tdx: QEMU's etc/table-loader, etc/acpi/rsdp and etc/acpi/tables.")
  private @Nullable List<Path> acpi;

  /**
   * Writes what was asked for.
   *
   * @return the file; empty where none was asked for
   */
  List<Path> write(GuestImage image) {
    if (file == null) {
      return List.of();
    }
    ReferenceValue value =
        switch (tee.type()) {
          case SNP -> snp(image, needed(product, "--product"));
          case TDX -> tdx(image);
        };
    String name = product == null ? value.type().text() : product.toLowerCase(Locale.ROOT);
    Json values = Json.object().put(name, value.toJson()).build();
    Disk.write(file, Bytes.ofUtf8(JsonWriter.pretty(values)));
    return List.of(file);
  }

  private ReferenceValue snp(GuestImage image, String productName) {
    SnpProduct line = product(productName);
    TcbVersion least = tcb(needed(minimumTcb, "--minimum-tcb"), line);
    VcpuModel model = vcpuType == null ? model(line) : VcpuModel.named(vcpuType);
    Vcpus vcpus = Vcpus.ofQemu(GuestImages.VCPUS, model.signature());
    SnpLaunch launch = new SnpLaunch(firmware(), boot(image, GuestImage.Tee.SNP), vcpus);
    return SnpReferenceValue.plain(
        image.name(), TrustAnchor.amd(), line, launch.base().with(vcpus), GuestImages.VCPUS, least);
  }

  private ReferenceValue tdx(GuestImage image) {
    TdxLaunch launch =
        new TdxLaunch(
            firmware(),
            boot(image, GuestImage.Tee.TDX),
            TdxBuild.PageOrder.SINGLE_PASS,
            Optional.of(
                new GuestMemory(LaunchNumbers.size("--memory", needed(memory, "--memory")))),
            Optional.of(acpi(needed(acpi, "--acpi"))),
            false);
    List<Bytes> registers = List.copyOf(launch.registers().values());
    return TdxReferenceValue.plain(
        image.name(), TrustAnchor.intel(), registers.getFirst(), registers.subList(1, 4));
  }

  private static TdxLaunch.Acpi acpi(List<Path> files) {
    return new TdxLaunch.Acpi(files.get(0), files.get(1), files.get(2));
  }

  private Path firmware() {
    return needed(ovmf, "--ovmf");
  }

  private static BootSource boot(GuestImage image, GuestImage.Tee tee) {
    return new BootSource.Kernel(
        image.kernel(), Optional.of(image.initrd()), image.commandLine(tee));
  }

  private static SnpProduct product(String name) {
    for (SnpProduct product : SnpProduct.values()) {
      if (product.name().equalsIgnoreCase(name)) {
        return product;
      }
    }
    throw wrongUse("--product", "must be Milan, Genoa or Turin");
  }

  private static VcpuModel model(SnpProduct product) {
    return switch (product) {
      case MILAN -> VcpuModel.EPYC_MILAN;
      case GENOA -> VcpuModel.EPYC_GENOA;
      case TURIN -> VcpuModel.EPYC_TURIN;
    };
  }

  /** Every level has to be named: what is left out would be taken for 0. */
  private static TcbVersion tcb(String text, SnpProduct product) {
    Map<String, Integer> levels = new HashMap<>();
    for (String part : text.split(",", -1)) {
      if (!part.matches("[a-z]+=[0-9]{1,3}")) {
        throw wrongUse("--minimum-tcb", "not NAME=NUMBER: " + part);
      }
      String name = part.substring(0, part.indexOf('='));
      levels.merge(
          name,
          Integer.parseInt(part.substring(name.length() + 1)),
          (_, _) -> {
            throw wrongUse("--minimum-tcb", name + " stands twice");
          });
    }
    boolean turin = product == SnpProduct.TURIN;
    int fmc = turin ? level(levels, "fmc") : 0;
    TcbVersion tcb =
        new TcbVersion(
            turin ? TcbLayout.TURIN : TcbLayout.MILAN_GENOA,
            fmc,
            level(levels, "bootloader"),
            level(levels, "tee"),
            level(levels, "snp"),
            level(levels, "microcode"));
    if (!levels.isEmpty()) {
      throw wrongUse("--minimum-tcb", "unknown here: " + String.join(", ", levels.keySet()));
    }
    return tcb;
  }

  private static int level(Map<String, Integer> levels, String name) {
    Integer level = levels.remove(name);
    if (level == null || level > 255) {
      throw wrongUse("--minimum-tcb", name + " is missing or above 255");
    }
    return level;
  }

  private static <T> T needed(@Nullable T value, String option) {
    if (value == null) {
      throw wrongUse(option, "belongs to --reference-values");
    }
    return value;
  }

  private static CloisterException wrongUse(String option, String detail) {
    return new CloisterException(CliError.WRONG_USE, option, detail);
  }
}
