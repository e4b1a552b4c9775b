package dev.cloister.attestation;

import java.util.Optional;

/** A line of processors with one root of trust (AMD 57230, section "Product names"). */
public enum SnpProduct {
  /** EPYC 7003. Its chip keys can be extracted by software (arXiv 2605.12990), for good. */
  MILAN("Milan", TcbLayout.MILAN_GENOA, true),
  /** EPYC 9004, 97x4 (Bergamo) and 8004 (Siena), which share one root. */
  GENOA("Genoa", TcbLayout.MILAN_GENOA, false),
  /** EPYC 9005. */
  TURIN("Turin", TcbLayout.TURIN, false);

  private final String text;
  private final TcbLayout layout;
  private final boolean knownBroken;

  SnpProduct(String text, TcbLayout layout, boolean knownBroken) {
    this.text = text;
    this.layout = layout;
    this.knownBroken = knownBroken;
  }

  /** The vendor's name, as in certificates. */
  public String text() {
    return text;
  }

  /** The layout of its TCB versions. */
  public TcbLayout layout() {
    return layout;
  }

  /** Whether its reports can be forged, so that nobody should rely on them without saying so. */
  public boolean knownBroken() {
    return knownBroken;
  }

  /** The product of this name. */
  public static Optional<SnpProduct> named(String text) {
    for (SnpProduct product : values()) {
      if (product.text.equals(text)) {
        return Optional.of(product);
      }
    }
    return Optional.empty();
  }

  /** The product of this CPUID family and model (both combined with their extensions). */
  static Optional<SnpProduct> ofCpuid(int family, int model) {
    return switch (family) {
      case 0x19 -> {
        if (model <= 0x0f) {
          yield Optional.of(MILAN);
        }
        boolean genoa = model <= 0x1f || (model >= 0xa0 && model <= 0xaf);
        yield genoa ? Optional.of(GENOA) : Optional.empty();
      }
      case 0x1a -> model <= 0x11 ? Optional.of(TURIN) : Optional.empty();
      default -> Optional.empty();
    };
  }
}
