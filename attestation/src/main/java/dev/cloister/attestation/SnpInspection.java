package dev.cloister.attestation;

import dev.cloister.attestation.Inspection.Page;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Explains a report field by field (AMD 56860, table ATTESTATION_REPORT). */
final class SnpInspection {

  private final Bytes raw;
  private final Page page;
  private final int version;
  private final TcbLayout layout;

  private SnpInspection(Bytes raw) {
    this.raw = raw;
    this.page = new Page(raw);
    this.version = (int) Math.min(raw.u32le(0), Integer.MAX_VALUE);
    this.layout = product().map(SnpProduct::layout).orElse(TcbLayout.MILAN_GENOA);
  }

  static Inspection of(Bytes raw) {
    SnpInspection inspection = new SnpInspection(raw);
    inspection.addGuest();
    inspection.addPlatform();
    inspection.addSignature();
    inspection.addOdd();
    return inspection.page.end("snp");
  }

  private Optional<SnpProduct> product() {
    return version < 3 ? Optional.empty() : SnpProduct.ofCpuid(raw.at(0x188), raw.at(0x189));
  }

  private void addGuest() {
    page.number(0x000, 4, "VERSION", "")
        .number(0x004, 4, "GUEST_SVN", "security version of the guest, from its ID block")
        .add(0x008, 8, "POLICY", policy())
        .add(0x010, 16, "FAMILY_ID", "from the ID block")
        .add(0x020, 16, "IMAGE_ID", "from the ID block")
        .number(
            0x030,
            4,
            "VMPL",
            raw.u32le(0x030) > 3 ? "the host asked, not the guest" : "privilege level that asked")
        .number(0x034, 4, "SIGNATURE_ALGO", raw.u32le(0x034) == 1 ? "ECDSA P-384, SHA-384" : "")
        .add(0x038, 8, "CURRENT_TCB", tcb(0x038))
        .add(0x040, 8, "PLATFORM_INFO", platformInfo())
        .number(0x048, 4, "KEY_INFO", keyInfo())
        .number(0x04c, 4, "reserved", "must be zero")
        .add(0x050, 64, "REPORT_DATA", "chosen by the asker")
        .add(0x090, 48, "MEASUREMENT", "launch digest")
        .add(0x0c0, 32, "HOST_DATA", "given by the host at launch")
        .add(0x0e0, 48, "ID_KEY_DIGEST", absentIfZero(0x0e0, 48, "no ID block"))
        .add(0x110, 48, "AUTHOR_KEY_DIGEST", absentIfZero(0x110, 48, "no author key"))
        .add(0x140, 32, "REPORT_ID", "one per VM")
        .add(0x160, 32, "REPORT_ID_MA", "of the migration agent; all ff without");
  }

  private void addPlatform() {
    page.add(0x180, 8, "REPORTED_TCB", tcb(0x180) + "; the signing key was derived for it");
    if (version >= 3) {
      page.number(0x188, 1, "CPUID_FAM_ID", "")
          .number(0x189, 1, "CPUID_MOD_ID", product().map(SnpProduct::text).orElse("unknown"))
          .number(0x18a, 1, "CPUID_STEP", "")
          .add(0x18b, 21, "reserved", "must be zero");
    } else {
      page.add(0x188, 24, "reserved", "must be zero");
    }
    page.add(0x1a0, 64, "CHIP_ID", absentIfZero(0x1a0, 64, "masked by the host"))
        .add(0x1e0, 8, "COMMITTED_TCB", tcb(0x1e0))
        .add(0x1e8, 3, "CURRENT_BUILD, _MINOR, _MAJOR", firmware(0x1e8))
        .add(0x1eb, 1, "reserved", "must be zero")
        .add(0x1ec, 3, "COMMITTED_BUILD, _MINOR, _MAJOR", firmware(0x1ec))
        .add(0x1ef, 1, "reserved", "must be zero")
        .add(0x1f0, 8, "LAUNCH_TCB", tcb(0x1f0));
    if (version >= 5) {
      page.add(0x1f8, 8, "LAUNCH_MIT_VECTOR", "mitigations at launch, one bit each")
          .add(0x200, 8, "CURRENT_MIT_VECTOR", "mitigations now, one bit each")
          .add(0x208, 152, "reserved", "must be zero");
    } else {
      page.add(0x1f8, 168, "reserved", "must be zero");
    }
  }

  private void addSignature() {
    page.add(0x2a0, 72, "SIGNATURE.R", "little-endian; the upper 24 bytes must be zero")
        .add(0x2e8, 72, "SIGNATURE.S", "little-endian; the upper 24 bytes must be zero")
        .add(0x330, 368, "SIGNATURE, reserved", "not signed; must be zero");
  }

  private void addOdd() {
    try {
      SnpReport.parse(raw);
    } catch (CloisterException e) {
      page.oddIf(true, e.code().code() + " " + e.where() + ": " + e.detail());
    }
    GuestPolicy policy = new GuestPolicy(raw.u64le(0x008));
    page.oddIf(
        policy.allowances().contains(GuestPolicy.Allowance.DEBUG),
        "POLICY lets the host debug the VM: it keeps no secret from the host");
    page.oddIf(
        policy.allowances().contains(GuestPolicy.Allowance.MIGRATION_AGENT),
        "POLICY lets a migration agent move the VM");
    page.oddIf(!policy.isWellFormed(), "POLICY has reserved bits set, or bit 17 not");
    page.oddIf(raw.u32le(0x030) > 3, "VMPL: the host asked for this report");
    page.oddIf(
        raw.slice(0x1a0, 0x1e0).isAllZero(),
        "CHIP_ID is masked: a VCEK certificate cannot prove which chip this is");
    page.oddIf(
        !raw.slice(0x038, 0x040).equals(raw.slice(0x1e0, 0x1e8)),
        "CURRENT_TCB differs from COMMITTED_TCB: firmware runs that can be rolled back");
    page.oddIf(
        !raw.slice(0x038, 0x040).equals(raw.slice(0x180, 0x188)),
        "REPORTED_TCB differs from CURRENT_TCB: the key is that of another level");
    page.oddIf(
        product().map(SnpProduct::knownBroken).orElse(version == 2),
        "reports of Milan can be forged for any level (arXiv 2605.12990)");
    page.oddIf(
        version >= 3 && (raw.u64le(0x040) & 0x20) == 0,
        "PLATFORM_INFO: memory was not checked for aliases (CVE-2024-21944)");
    page.oddIf(
        !new PlatformInfo(raw.u64le(0x040)).isWellFormed(), "PLATFORM_INFO has unknown bits set");
  }

  private String policy() {
    GuestPolicy policy = new GuestPolicy(raw.u64le(0x008));
    return "ABI at least "
        + policy.abiMajor()
        + "."
        + policy.abiMinor()
        + Stream.concat(
                policy.allowances().stream().map(allowed -> ", allows " + allowed.text()),
                policy.requirements().stream().map(required -> ", requires " + required.text()))
            .collect(Collectors.joining());
  }

  private String platformInfo() {
    return new PlatformInfo(raw.u64le(0x040))
        .features().stream().map(PlatformInfo.Feature::text).collect(Collectors.joining(", "));
  }

  private String keyInfo() {
    long info = raw.u32le(0x048);
    String key =
        switch ((int) ((info >>> 2) & 7)) {
          case 0 -> "signed by VCEK";
          case 1 -> "signed by VLEK";
          case 7 -> "not signed";
          default -> "signed by an unknown kind of key";
        };
    return key + ((info & 1) != 0 ? ", author key" : "") + ((info & 2) != 0 ? ", masked" : "");
  }

  private String tcb(int offset) {
    try {
      return TcbVersion.parse(raw.slice(offset, offset + 8), layout, "").toString();
    } catch (CloisterException e) {
      return "reserved bytes are not zero";
    }
  }

  private String firmware(int offset) {
    return new FirmwareVersion(raw.at(offset + 2), raw.at(offset + 1), raw.at(offset)).toString();
  }

  private String absentIfZero(int offset, int size, String absent) {
    return raw.slice(offset, offset + size).isAllZero() ? absent : "";
  }
}
