package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.security.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says whether SEV-SNP evidence is genuine: parses the report, checks its chain from the anchor
 * down, the certificate's extensions against the report, the report's signature over the bytes
 * received, and revocation where a list is there. One serves all threads; what it remembers depends
 * on nothing but bytes, so that no answer depends on an earlier one.
 */
public final class SnpAuthenticator {

  private static final int MAX_CERTIFICATES = 64;
  private static final int MAX_LISTS = 8;

  private final TrustAnchor anchor;
  private final Signatures signatures;
  private final Memo<Bytes, VendorCertificate> certificates = new Memo<>(MAX_CERTIFICATES);
  private final Memo<Bytes, VendorRevocationList> lists = new Memo<>(MAX_LISTS);

  private SnpAuthenticator(TrustAnchor anchor, Optional<Provider> provider) {
    this.anchor = anchor;
    this.signatures = new Signatures(provider);
  }

  /** An authenticator that uses the platform's signatures. */
  public static SnpAuthenticator of(TrustAnchor anchor) {
    return new SnpAuthenticator(anchor, Optional.empty());
  }

  /** An authenticator that uses the provider for what it offers, which may be faster. */
  public static SnpAuthenticator of(TrustAnchor anchor, Provider provider) {
    return new SnpAuthenticator(anchor, Optional.of(provider));
  }

  /**
   * Examines the evidence. Never throws for what the evidence holds.
   *
   * @param at the time at which everything must be valid
   */
  public Authentication authenticate(SnpEvidence evidence, Instant at) {
    try {
      return examine(evidence, at);
    } catch (Refusal e) {
      return e.rejected();
    } catch (CloisterException e) {
      return e.code() instanceof AttestationError
          ? Rejected.of(e)
          : new Rejected(AttestationError.CERTIFICATE_MALFORMED, "certificates", "", e.detail());
    }
  }

  private Authentication examine(SnpEvidence evidence, Instant at) {
    SnpReport report = SnpReport.parse(evidence.report());
    Candidates candidates = Candidates.of(read(evidence), report.signingKey());
    List<String> missing = candidates.missing();
    if (!missing.isEmpty()) {
      return new Inconclusive(missing);
    }
    SnpChain chain = candidates.firstGood(new SnpChain.Checker(anchor, signatures, at), report);
    boolean chipBound = requireSameMachine(report, chain);
    if (!signatures.isSigned(Curve.P384, chain.key(), report.signedPart(), report.signature())) {
      throw new Refusal(
          AttestationError.REPORT_SIGNATURE, "report.signature", "", "not signed by this key");
    }
    requireOrder(report);
    return new Authentic(
        new SnpClaims(
            report,
            chain.extensions().product(),
            anchor,
            chain.extensions().cloud(),
            chipBound,
            chain.revocationChecked(),
            at,
            chain.validity()));
  }

  /** The documents of the evidence; each is read once, whatever it says. */
  private Documents read(SnpEvidence evidence) {
    return new Documents(
        evidence.certificates().stream()
            .distinct()
            .map(der ->
                certificates.get(
                    der,
                    raw -> VendorCertificate.parse(raw, SignatureAlgorithm.PSS_SHA384, "sent")))
            .toList(),
        evidence.revocationLists().stream()
            .map(der ->
                lists.get(
                    der,
                    raw ->
                        VendorRevocationList.parse(
                            raw, SignatureAlgorithm.PSS_SHA384, "certificates.crl")))
            .toList());
  }

  /** What came along with a report, read but not believed. */
  private record Documents(
      List<VendorCertificate> certificates, List<VendorRevocationList> lists) {}

  /** Certificate and report speak of one product, firmware level and chip. */
  private static boolean requireSameMachine(SnpReport report, SnpChain chain) {
    String role = "certificates." + report.signingKey().text();
    LeafExtensions extensions = chain.extensions();
    SnpProduct product = report.product().orElse(extensions.product());
    if (product != extensions.product() || (product == SnpProduct.TURIN && report.version() == 2)) {
      throw another(role + ".productName", product.text(), extensions.product().text());
    }
    TcbVersion reported = report.reportedTcb().version();
    if (!reported.equals(extensions.tcb())) {
      throw another(role + ".tcb", reported.toString(), extensions.tcb().toString());
    }
    Bytes chip = report.chipId();
    if (report.signingKey() == SigningKey.VLEK || chip.isAllZero()) {
      return false;
    }
    Bytes hardwareId = extensions.hardwareId();
    Bytes padded = Bytes.concat(hardwareId, Bytes.zeros(chip.size() - hardwareId.size()));
    if (!padded.equals(chip)) {
      throw another(role + ".hwid", chip.toHex(), hardwareId.toHex());
    }
    return true;
  }

  private static Refusal another(String path, String expected, String found) {
    return new Refusal(AttestationError.CERTIFICATE_OF_ANOTHER_CHIP, path, expected, found);
  }

  /** REPORTED and COMMITTED are at most CURRENT, in each component (AMD 56860, "TCB Version"). */
  private static void requireOrder(SnpReport report) {
    TcbVersion current = report.currentTcb().version();
    requireAtMost(report.reportedTcb().version(), current, "report.reportedTcb");
    requireAtMost(report.committedTcb().version(), current, "report.committedTcb");
  }

  private static void requireAtMost(TcbVersion lower, TcbVersion current, String path) {
    current
        .firstBelow(lower)
        .ifPresent(component -> {
          throw new Refusal(
              AttestationError.TCB_ORDER,
              path + "." + component.name(),
              "at most " + component.value(),
              Integer.toString(lower.component(component.name())));
        });
  }

  /** The certificates that were sent, by the role that their subject claims. */
  private record Candidates(
      SigningKey kind,
      List<VendorCertificate> leaves,
      List<VendorCertificate> authorities,
      List<VendorCertificate> roots,
      List<String> otherLeaves,
      int strangers,
      List<VendorRevocationList> lists) {

    static Candidates of(Documents sent, SigningKey kind) {
      List<VendorCertificate> leaves = new ArrayList<>();
      List<VendorCertificate> authorities = new ArrayList<>();
      List<VendorCertificate> roots = new ArrayList<>();
      List<String> otherLeaves = new ArrayList<>();
      int strangers = 0;
      for (VendorCertificate certificate : sent.certificates()) {
        String name = certificate.subject().commonName();
        if (name.equals(kind.commonName())) {
          leaves.add(certificate);
        } else if (isAuthority(name, kind)) {
          authorities.add(certificate);
        } else if (name.startsWith("ARK-")) {
          roots.add(certificate);
        } else if (isOtherLeaf(name, kind)) {
          otherLeaves.add(name);
        } else if (!isOtherAuthority(name, kind)) {
          strangers++;
        }
      }
      return new Candidates(kind, leaves, authorities, roots, otherLeaves, strangers, sent.lists());
    }

    private static boolean isAuthority(String name, SigningKey kind) {
      for (SnpProduct product : SnpProduct.values()) {
        if (name.equals(kind.issuerName(product))) {
          return true;
        }
      }
      return false;
    }

    private static boolean isOtherLeaf(String name, SigningKey kind) {
      for (SigningKey other : SigningKey.values()) {
        if (other != kind && name.equals(other.commonName())) {
          return true;
        }
      }
      return false;
    }

    private static boolean isOtherAuthority(String name, SigningKey kind) {
      for (SigningKey other : SigningKey.values()) {
        if (other != kind && isAuthority(name, other)) {
          return true;
        }
      }
      return false;
    }

    /** What is missing; a leaf of the other kind in its place contradicts the report. */
    List<String> missing() {
      if (leaves.isEmpty() && !otherLeaves.isEmpty()) {
        throw another("report.signingKey", kind.commonName(), otherLeaves.getFirst());
      }
      List<String> missing = new ArrayList<>();
      if (leaves.isEmpty()) {
        missing.add(kind.text());
      }
      if (authorities.isEmpty()) {
        missing.add(kind.issuerRole());
      }
      if (!missing.isEmpty() && strangers > 0) {
        throw new Refusal(
            AttestationError.CERTIFICATE_NAME,
            "certificates",
            String.join(" and ", missing),
            strangers + " certificates of no known name");
      }
      return missing;
    }

    /** The first chain that holds; the reason of the last one where none does. */
    SnpChain firstGood(SnpChain.Checker checker, SnpReport report) {
      Refusal last = null;
      for (VendorCertificate leaf : leavesFor(report)) {
        for (VendorCertificate authority : authoritiesFor(leaf)) {
          try {
            return checker.check(kind, leaf, authority, roots, lists);
          } catch (Refusal e) {
            last = e;
          }
        }
      }
      throw last != null ? last : new IllegalStateException("there was no candidate");
    }

    /** With several leaves, those of the report's firmware level and chip. */
    private List<VendorCertificate> leavesFor(SnpReport report) {
      if (leaves.size() == 1) {
        return leaves;
      }
      List<VendorCertificate> fitting =
          leaves.stream()
              .filter(leaf ->
                  LeafExtensions.read(leaf, kind).tcb().equals(report.reportedTcb().version()))
              .toList();
      return fitting.isEmpty() ? leaves : fitting;
    }

    /** Those of the leaf's issuer name, or all where there is none. */
    private List<VendorCertificate> authoritiesFor(VendorCertificate leaf) {
      List<VendorCertificate> named =
          authorities.stream()
              .filter(authority -> authority.subject().raw().equals(leaf.issuer().raw()))
              .toList();
      return named.isEmpty() ? authorities : named;
    }
  }
}
