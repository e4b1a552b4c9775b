package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/** The root that evidence must end in. */
public sealed interface TrustAnchor {

  /** AMD's own roots, which are built in. */
  record Amd() implements TrustAnchor {
    @Override
    public String text() {
      return "amd";
    }
  }

  /** Intel's own root, which is built in. */
  record Intel() implements TrustAnchor {
    @Override
    public String text() {
      return "intel";
    }
  }

  /**
   * The root of one simulator, which proves nothing about hardware.
   *
   * @param rootKeyDigest SHA-256 of the root's SubjectPublicKeyInfo, 32 bytes
   */
  record Simulated(Bytes rootKeyDigest) implements TrustAnchor {
    public Simulated {
      if (rootKeyDigest.size() != 32) {
        throw new IllegalArgumentException("the digest of a root key has 32 bytes");
      }
    }

    @Override
    public String text() {
      return PREFIX + rootKeyDigest.toHex();
    }
  }

  /** How the text of a simulated anchor begins. */
  String PREFIX = "simulated:";

  /** AMD's own roots. */
  static TrustAnchor amd() {
    return new Amd();
  }

  /** Intel's own root. */
  static TrustAnchor intel() {
    return new Intel();
  }

  /** The roots of whose processors make such evidence. */
  static TrustAnchor ofVendor(Evidence evidence) {
    return switch (evidence) {
      case SnpEvidence _ -> amd();
      case TdxEvidence _ -> intel();
    };
  }

  /**
   * The root of one simulator.
   *
   * @param rootKeyDigest SHA-256 of the root's SubjectPublicKeyInfo, 32 bytes
   */
  static TrustAnchor simulated(Bytes rootKeyDigest) {
    return new Simulated(rootKeyDigest);
  }

  /** {@code amd}, {@code intel}, or {@code simulated:} and the digest in hexadecimal. */
  String text();

  /**
   * The anchor that the text names.
   *
   * @throws CloisterException with {@link AttestationError#REFERENCE_VALUE_INVALID}
   */
  static TrustAnchor parse(String text, String path) {
    if (text.equals("amd")) {
      return amd();
    }
    if (text.equals("intel")) {
      return intel();
    }
    if (text.matches(PREFIX + "[0-9a-f]{64}")) {
      return simulated(Bytes.ofHex(text.substring(PREFIX.length())));
    }
    throw new CloisterException(
        AttestationError.REFERENCE_VALUE_INVALID,
        path,
        "neither \"amd\" nor \"intel\" nor \"simulated:\" and 64 lower-case hexadecimal digits");
  }
}
