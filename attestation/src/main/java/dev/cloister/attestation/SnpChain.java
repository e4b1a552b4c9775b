package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;

/**
 * The certificates of one report's chain, checked from the anchor down (AMD 57230, section
 * "Certificate chain"): the root by its pinned key, the authority by the root, the leaf by the
 * authority; names, validity and revocation of each.
 *
 * @param leaf the certificate of the key that signed the report
 * @param extensions what the leaf says about chip and firmware
 * @param key the leaf's key
 * @param revocationChecked whether a current revocation list was there
 * @param validity the time in which every part of the chain is valid
 */
record SnpChain(
    VendorCertificate leaf,
    LeafExtensions extensions,
    PublicKey key,
    boolean revocationChecked,
    Validity validity) {

  static final String SIMULATED_ORGANISATION = "SIMULATED";
  private static final String AMD_ORGANISATION = "Advanced Micro Devices";

  /** Checks chains at one time under one anchor. */
  record Checker(TrustAnchor anchor, Signatures signatures, Instant at) {

    SnpChain check(
        SigningKey kind,
        VendorCertificate leaf,
        VendorCertificate authority,
        List<VendorCertificate> roots,
        List<VendorRevocationList> lists) {
      LeafExtensions extensions = LeafExtensions.read(leaf, kind);
      CheckedAuthority checked =
          checkAuthority(kind, extensions.product(), authority, roots, lists);
      requireName(leaf.subject(), kind.commonName(), kind.text() + ".subject");
      if (!leaf.issuer().raw().equals(authority.subject().raw())) {
        throw new Refusal(
            AttestationError.CERTIFICATE_NAME,
            "certificates." + kind.text() + ".issuer",
            authority.subject().commonName(),
            leaf.issuer().commonName());
      }
      requireSignature(authority.spki(), kind.issuerRole(), leaf, kind.text());
      leaf.requireCurrent(at, kind.text());
      return new SnpChain(
          leaf,
          extensions,
          signatures.pointKey(Curve.P384, leaf.spki(), kind.text()),
          checked.revocationChecked(),
          checked.validity().and(leaf.validity()));
    }

    /** What is known of an authority that was checked. */
    record CheckedAuthority(boolean revocationChecked, Validity validity) {}

    CheckedAuthority checkAuthority(
        SigningKey kind,
        SnpProduct product,
        VendorCertificate authority,
        List<VendorCertificate> roots,
        List<VendorRevocationList> lists) {
      Root root = root(product, roots);
      String role = kind.issuerRole();
      requireName(authority.subject(), kind.issuerName(product), role + ".subject");
      requireName(authority.issuer(), rootName(product), role + ".issuer");
      authority.requireAuthority(role);
      requireSignature(root.spki(), "ark", authority, role);
      authority.requireCurrent(at, role);

      Validity validity = root.validity().and(authority.validity());
      List<VendorRevocationList> own = ownLists(lists, product);
      for (VendorRevocationList list : own) {
        checkRevocation(list, root.spki(), authority, role);
        validity = validity.and(list.validity());
      }
      return new CheckedAuthority(!own.isEmpty(), validity);
    }

    private record Root(Bytes spki, Validity validity) {}

    private Root root(SnpProduct product, List<VendorCertificate> roots) {
      return switch (anchor) {
        case TrustAnchor.Amd _ -> {
          AmdRoots.Root pinned = AmdRoots.of(product);
          for (VendorCertificate sent : roots) {
            if (sent.subject().commonName().equals(rootName(product))) {
              requireRoot(sent, pinned.spki(), product);
            }
          }
          Validity validity = new Validity(pinned.notBefore(), pinned.notAfter());
          VendorCertificate.requireCurrent(validity.from(), validity.until(), at, "ark");
          yield new Root(pinned.spki(), validity);
        }
        case TrustAnchor.Simulated simulated -> simulatedRoot(product, roots, simulated);
        case TrustAnchor.Intel intel ->
            throw new Refusal(
                AttestationError.ROOT_NOT_TRUSTED, "certificates.ark", intel.text(), "AMD's");
      };
    }

    private Root simulatedRoot(
        SnpProduct product, List<VendorCertificate> roots, TrustAnchor.Simulated simulated) {
      for (VendorCertificate sent : roots) {
        if (sent.spki().sha256().equals(simulated.rootKeyDigest())) {
          requireRoot(sent, sent.spki(), product);
          return new Root(sent.spki(), sent.validity());
        }
      }
      throw new Refusal(
          AttestationError.ROOT_NOT_TRUSTED,
          "certificates.ark",
          simulated.text(),
          roots.isEmpty() ? "no root" : roots.getFirst().spki().sha256().toHex());
    }

    /** A root that is sent along counts for nothing, but must be one, and the one that is meant. */
    private void requireRoot(VendorCertificate sent, Bytes pinned, SnpProduct product) {
      if (!sent.spki().equals(pinned)) {
        throw untrusted(pinned, sent.spki());
      }
      requireName(sent.subject(), rootName(product), "ark.subject");
      sent.requireAuthority("ark");
      requireSignature(pinned, "ark", sent, "ark");
      sent.requireCurrent(at, "ark");
    }

    private List<VendorRevocationList> ownLists(
        List<VendorRevocationList> lists, SnpProduct product) {
      List<VendorRevocationList> own =
          lists.stream().filter(list -> isName(list.issuer(), rootName(product))).toList();
      if (own.isEmpty() && !lists.isEmpty()) {
        throw new Refusal(
            AttestationError.REVOCATION_LIST_INVALID,
            "certificates.crl.issuer",
            rootName(product),
            lists.getFirst().issuer().commonName());
      }
      return own;
    }

    private void checkRevocation(
        VendorRevocationList list, Bytes rootKey, VendorCertificate authority, String role) {
      if (!signatures.isSignedByAuthority(rootKey, list.signed(), list.signature(), "ark")) {
        throw new Refusal(
            AttestationError.REVOCATION_LIST_INVALID,
            "certificates.crl.signature",
            "",
            "not signed by the root");
      }
      list.requireCurrent(at, "certificates.crl");
      if (list.revoked().contains(authority.serial())) {
        throw new Refusal(
            AttestationError.CERTIFICATE_REVOKED,
            "certificates." + role + ".serial",
            "",
            authority.serial().toString());
      }
    }

    private void requireSignature(
        Bytes key, String issuer, VendorCertificate certificate, String role) {
      if (!signatures.isSignedByAuthority(
          key, certificate.signed(), certificate.signature(), issuer)) {
        throw new Refusal(
            AttestationError.CERTIFICATE_SIGNATURE,
            "certificates." + role + ".signature",
            "",
            "not signed by the key above");
      }
    }

    private void requireName(DistinguishedName name, String commonName, String field) {
      if (!isName(name, commonName)) {
        throw new Refusal(
            AttestationError.CERTIFICATE_NAME,
            "certificates." + field,
            "CN=" + commonName + ", O=" + organisation(),
            name.attributes().toString());
      }
    }

    private boolean isName(DistinguishedName name, String commonName) {
      return name.isVendors(organisation(), commonName);
    }

    private String organisation() {
      return switch (anchor) {
        case TrustAnchor.Amd _, TrustAnchor.Intel _ -> AMD_ORGANISATION;
        case TrustAnchor.Simulated _ -> SIMULATED_ORGANISATION;
      };
    }

    private static String rootName(SnpProduct product) {
      return "ARK-" + product.text();
    }

    private static Refusal untrusted(Bytes expected, Bytes found) {
      return new Refusal(
          AttestationError.ROOT_NOT_TRUSTED,
          "certificates.ark.publicKey",
          expected.sha256().toHex(),
          found.sha256().toHex());
    }
  }
}
