package dev.cloister.attestation;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;

/**
 * The processors that QEMU can give a guest for SEV-SNP, by the names of its {@code -cpu} option
 * (QEMU 10.1, target/i386/cpu.c, builtin_x86_defs). All versions of a model have one signature.
 */
public enum VcpuModel {
  /** First generation. */
  EPYC("EPYC", 23, 1, 2, 5),
  /** First generation with the IBPB feature. */
  EPYC_IBPB("EPYC-IBPB", 23, 1, 2, 0),
  /** Second generation. */
  EPYC_ROME("EPYC-Rome", 23, 49, 0, 5),
  /** Third generation. */
  EPYC_MILAN("EPYC-Milan", 25, 1, 1, 3),
  /** Fourth generation. */
  EPYC_GENOA("EPYC-Genoa", 25, 17, 0, 2),
  /** Fifth generation. */
  EPYC_TURIN("EPYC-Turin", 26, 0, 0, 1);

  private final String base;
  private final int signature;
  private final int versions;

  VcpuModel(String base, int family, int model, int stepping, int versions) {
    this.base = base;
    this.signature = signature(family, model, stepping);
    this.versions = versions;
  }

  /** CPUID(1).EAX of the virtual CPU. */
  public int signature() {
    return signature;
  }

  /** Every name of this model: the plain one, then one for each version. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(base);
    for (int version = 1; version <= versions; version++) {
      names.add(base + "-v" + version);
    }
    return List.copyOf(names);
  }

  /**
   * The model with this name.
   *
   * @param name for example {@code EPYC-Milan} or {@code EPYC-v4}
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER}
   */
  public static VcpuModel named(String name) {
    for (VcpuModel model : values()) {
      if (model.names().contains(name)) {
        return model;
      }
    }
    throw new CloisterException(
        AttestationError.LAUNCH_PARAMETER, "vcpuType", "no vCPU type of QEMU has this name");
  }

  /**
   * CPUID(1).EAX of a processor (AMD 25481, CPUID Fn0000_0001_EAX).
   *
   * @param family base and extended family together, 0 to 270
   * @param model base and extended model together, 0 to 255
   * @param stepping 0 to 15
   * @throws CloisterException with {@link AttestationError#LAUNCH_PARAMETER}
   */
  public static int signature(int family, int model, int stepping) {
    if ((family | model | stepping) < 0 || family > 270 || model > 255 || stepping > 15) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER, "vcpuSignature", "family, model or stepping");
    }
    int base = Math.min(family, 0xf);
    return (family - base) << 20 | (model >> 4) << 16 | base << 8 | (model & 0xf) << 4 | stepping;
  }
}
