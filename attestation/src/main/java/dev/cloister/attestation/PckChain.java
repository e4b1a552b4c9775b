package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The certificates of Intel's hierarchy, checked from the anchor down (Intel SGX PCK Certificate
 * and CRL Profile Specification): root, authority of the platform's key, that key; and beside them
 * the signer of collateral, whom the root signed directly.
 *
 * @param root the root, whose key is the anchor's
 * @param authority the platform or processor authority
 * @param pck the certificate of the platform's key
 * @param extensions what it says about the platform
 */
record PckChain(
    VendorCertificate root,
    VendorCertificate authority,
    VendorCertificate pck,
    PckExtensions extensions) {

  private static final String ROOT_NAME = "Intel SGX Root CA";
  private static final String PLATFORM_NAME = "Intel SGX PCK Platform CA";
  private static final String PROCESSOR_NAME = "Intel SGX PCK Processor CA";
  static final String PCK_NAME = "Intel SGX PCK Certificate";
  static final String SIGNER_NAME = "Intel SGX TCB Signing";

  /**
   * The key of "Intel SGX Root CA", as a fact: the coordinates of the SubjectPublicKeyInfo of the
   * certificate that Intel publishes as IntelSGXRootCA (SHA-256 of that certificate
   * 44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3).
   */
  private static final Bytes INTEL_KEY =
      Curve.P256.spki(
          Bytes.ofHex(
              "0ba9c4c0c0c86193a3fe23d6b02cda10a8bbd4e88e48b4458561a36e705525f5"
                  + "67918e2edc88e40d860bd0cc4ee26aacc988e505a953558c453f6b0904ae7394"));

  /** The time in which all three are valid. */
  Validity validity() {
    return root.validity().and(authority.validity()).and(pck.validity());
  }

  /** A certificate of a platform, and whether the platform authority issued it. */
  record Issued(Bytes certificate, boolean ofPlatform) {}

  /** Checks certificates at one time under one anchor. */
  record Checker(
      TrustAnchor anchor,
      Signatures signatures,
      Memo<Issued, PckExtensions> platforms,
      Instant at) {

    /**
     * @param chain the platform's certificate, its authority and the root, in this order
     */
    PckChain check(List<VendorCertificate> chain) {
      VendorCertificate pck = chain.get(0);
      VendorCertificate authority = chain.get(1);
      VendorCertificate root = chain.get(2);
      checkRoot(root);
      boolean ofPlatform = isName(authority.subject(), PLATFORM_NAME);
      if (!ofPlatform) {
        requireName(authority.subject(), PROCESSOR_NAME, "pckCa.subject");
      }
      requireIssuedBy(root, authority, "rootCa", "pckCa");
      authority.requireAuthority("pckCa");
      authority.requireCurrent(at, "pckCa");
      requireName(pck.subject(), PCK_NAME, "pck.subject");
      requireIssuedBy(authority, pck, "pckCa", "pck");
      pck.requireEnd("pck");
      pck.requireCurrent(at, "pck");
      PckExtensions extensions =
          platforms.get(
              new Issued(pck.raw(), ofPlatform), _ -> PckExtensions.read(pck, ofPlatform));
      return new PckChain(root, authority, pck, extensions);
    }

    /** Refuses a signer of collateral whom the root did not sign, or no longer stands for. */
    void checkSigner(VendorCertificate signer, VendorCertificate root) {
      requireName(signer.subject(), SIGNER_NAME, "tcbSigning.subject");
      requireIssuedBy(root, signer, "rootCa", "tcbSigning");
      signer.requireEnd("tcbSigning");
      signer.requireCurrent(at, "tcbSigning");
    }

    private void checkRoot(VendorCertificate root) {
      boolean anchored =
          switch (anchor) {
            case TrustAnchor.Intel _ -> root.spki().equals(INTEL_KEY);
            case TrustAnchor.Simulated simulated ->
                root.spki().sha256().equals(simulated.rootKeyDigest());
            case TrustAnchor.Amd _ -> false;
          };
      if (!anchored) {
        throw new Refusal(
            AttestationError.ROOT_NOT_TRUSTED,
            "certificates.rootCa.publicKey",
            anchor instanceof TrustAnchor.Intel ? INTEL_KEY.sha256().toHex() : anchor.text(),
            root.spki().sha256().toHex());
      }
      requireName(root.subject(), ROOT_NAME, "rootCa.subject");
      requireIssuedBy(root, root, "rootCa", "rootCa");
      root.requireAuthority("rootCa");
      root.requireCurrent(at, "rootCa");
    }

    private void requireIssuedBy(
        VendorCertificate issuer, VendorCertificate certificate, String above, String role) {
      if (!certificate.issuer().raw().equals(issuer.subject().raw())) {
        throw new Refusal(
            AttestationError.CERTIFICATE_NAME,
            "certificates." + role + ".issuer",
            issuer.subject().commonName(),
            certificate.issuer().commonName());
      }
      if (!signatures.isSignedInDer(
          issuer.spki(), certificate.signed(), certificate.signature(), above)) {
        throw new Refusal(
            AttestationError.CERTIFICATE_SIGNATURE,
            "certificates." + role + ".signature",
            "",
            "not signed by the key above");
      }
    }

    /**
     * Refuses a certificate that the list names, and a list that is not this issuer's or not
     * current.
     */
    void checkRevocation(
        VendorRevocationList list,
        VendorCertificate issuer,
        VendorCertificate certificate,
        String role,
        String path) {
      if (!list.issuer().raw().equals(issuer.subject().raw())) {
        throw new Refusal(
            AttestationError.REVOCATION_LIST_INVALID,
            path + ".issuer",
            issuer.subject().commonName(),
            list.issuer().commonName());
      }
      if (!signatures.isSignedInDer(issuer.spki(), list.signed(), list.signature(), path)) {
        throw new Refusal(
            AttestationError.REVOCATION_LIST_INVALID,
            path + ".signature",
            "",
            "not signed by " + issuer.subject().commonName());
      }
      list.requireCurrent(at, path);
      if (list.revoked().contains(certificate.serial())) {
        throw new Refusal(
            AttestationError.CERTIFICATE_REVOKED,
            "certificates." + role + ".serial",
            "",
            certificate.serial().toString(16));
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
      return name.attributes()
          .equals(
              Map.of(
                  "2.5.4.6", "US",
                  "2.5.4.8", "CA",
                  "2.5.4.7", "Santa Clara",
                  "2.5.4.10", organisation(),
                  "2.5.4.3", commonName));
    }

    private String organisation() {
      return anchor instanceof TrustAnchor.Simulated
          ? SnpChain.SIMULATED_ORGANISATION
          : "Intel Corporation";
    }
  }
}
