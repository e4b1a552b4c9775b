package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says whether a TDX quote is genuine: parses it, checks the chain of the platform's key from the
 * anchor down, the quoting enclave by that key, the attestation key by the enclave, the quote by
 * that key; then revocation, Intel's collateral and what it says about the firmware. For any
 * thread; what is remembered from one call to the next depends on nothing but bytes, so that no
 * answer depends on an earlier one.
 */
public final class TdxAuthenticator {

  private static final int MAX_REMEMBERED = 32;
  private static final int MAX_LISTS = 8;

  private final TrustAnchor anchor;
  private final Signatures signatures;
  private final Memo<Carried, List<VendorCertificate>> chains = new Memo<>(MAX_REMEMBERED);
  private final Memo<Bytes, VendorCertificate> certificates = new Memo<>(MAX_REMEMBERED);
  private final Memo<PckChain.Issued, PckExtensions> platforms = new Memo<>(MAX_REMEMBERED);
  private final Memo<Bytes, VendorRevocationList> lists = new Memo<>(MAX_LISTS);
  private final Memo<SignedBy, TcbInfo> infos = new Memo<>(MAX_REMEMBERED);
  private final Memo<SignedBy, QeIdentity> identities = new Memo<>(MAX_REMEMBERED);

  /** Collateral, and the key that must have signed it. */
  private record SignedBy(Bytes spki, Bytes body) {}

  /** Certificates in a quote, and how many there may be. */
  private record Carried(int limit, Bytes pem) {}

  private TdxAuthenticator(TrustAnchor anchor, Optional<Provider> provider) {
    this.anchor = anchor;
    this.signatures = new Signatures(provider);
  }

  /** An authenticator that uses the platform's signatures. */
  public static TdxAuthenticator of(TrustAnchor anchor) {
    return new TdxAuthenticator(anchor, Optional.empty());
  }

  /** An authenticator that uses the provider for what it offers, which may be faster. */
  public static TdxAuthenticator of(TrustAnchor anchor, Provider provider) {
    return new TdxAuthenticator(anchor, Optional.of(provider));
  }

  /**
   * Examines the evidence. Never throws for what the evidence holds.
   *
   * @param at the time at which everything must be valid
   */
  public Authentication authenticate(TdxEvidence evidence, Instant at) {
    try {
      return new Examination(evidence, at, new PckChain.Checker(anchor, signatures, platforms, at))
          .answer();
    } catch (Refusal e) {
      return e.rejected();
    } catch (CloisterException e) {
      return e.code() instanceof AttestationError
          ? Rejected.of(e)
          : new Rejected(AttestationError.CERTIFICATE_MALFORMED, "certificates", "", e.detail());
    }
  }

  /** One question. */
  private final class Examination {

    private final TdxEvidence evidence;
    private final TdxCollateral collateral;
    private final Instant at;
    private final PckChain.Checker checker;

    Examination(TdxEvidence evidence, Instant at, PckChain.Checker checker) {
      this.evidence = evidence;
      this.collateral = evidence.collateral();
      this.at = at;
      this.checker = checker;
    }

    Authentication answer() {
      TdxQuote quote = TdxQuote.parse(evidence.quote());
      List<VendorCertificate> sent = sent();
      List<String> missing = new ArrayList<>();
      List<VendorCertificate> certificates = chain(quote, sent, missing);
      if (!missing.isEmpty()) {
        return new Inconclusive(missing);
      }
      PckChain chain = checker.check(certificates);
      checkSignatures(quote, chain);
      List<VendorCertificate> signers = named(sent, PckChain.SIGNER_NAME);
      missing.addAll(missingCollateral(signers));
      if (!missing.isEmpty()) {
        return new Inconclusive(missing);
      }
      return new Authentic(claims(quote, chain, signers));
    }

    private List<VendorCertificate> sent() {
      List<VendorCertificate> sent = new ArrayList<>();
      evidence.certificates().forEach(der -> sent.add(read(der)));
      collateral.certificates().forEach(der -> sent.add(read(der)));
      return sent;
    }

    private VendorCertificate read(Bytes der) {
      return certificates.get(der, TdxAuthenticator::parse);
    }

    private List<String> missingCollateral(List<VendorCertificate> signers) {
      List<String> missing = new ArrayList<>();
      addIf(missing, collateral.tcbInfo().isEmpty(), "tcbInfo");
      addIf(missing, collateral.qeIdentity().isEmpty(), "qeIdentity");
      addIf(missing, collateral.rootCaCrl().isEmpty(), "rootCaCrl");
      addIf(missing, collateral.pckCrl().isEmpty(), "pckCrl");
      addIf(missing, signers.isEmpty(), "tcbSigning");
      return missing;
    }

    private void checkSignatures(TdxQuote quote, PckChain chain) {
      QeReport report = quote.qeReport();
      if (!signatures.isSigned(
          Curve.P256,
          signatures.pointKey(Curve.P256, chain.pck().spki(), "pck"),
          report.raw(),
          quote.qeReportSignature())) {
        throw new Refusal(
            AttestationError.QUOTE_SIGNATURE,
            "quote.qeReport.signature",
            "",
            "not signed by the key of the platform");
      }
      Bytes bound = Bytes.concat(quote.attestationKey(), quote.qeAuthentication()).sha256();
      if (!report.reportData().equals(Bytes.concat(bound, Bytes.zeros(32)))) {
        throw new Refusal(
            AttestationError.QUOTE_SIGNATURE,
            "quote.qeReport.reportData",
            bound.toHex(),
            report.reportData().toHex());
      }
      Bytes key = Curve.P256.spki(quote.attestationKey());
      if (!signatures.isSigned(
          Curve.P256,
          signatures.pointKey(Curve.P256, key, "attestationKey"),
          quote.signedPart(),
          quote.signature())) {
        throw new Refusal(
            AttestationError.QUOTE_SIGNATURE,
            "quote.signature",
            "",
            "not signed by the attestation key");
      }
    }

    private TdxClaims claims(TdxQuote quote, PckChain chain, List<VendorCertificate> signers) {
      VendorRevocationList rootList = list(collateral.rootCaCrl(), "collateral.rootCaCrl");
      VendorRevocationList pckList = list(collateral.pckCrl(), "collateral.pckCrl");
      checker.checkRevocation(
          rootList, chain.root(), chain.authority(), "pckCa", "collateral.rootCaCrl");
      checker.checkRevocation(pckList, chain.authority(), chain.pck(), "pck", "collateral.pckCrl");
      List<VendorCertificate> standing = standing(signers, chain.root(), rootList);
      TcbInfo info = signed(standing, collateral.tcbInfo(), TcbInfo.PATH, infos, this::tcbInfo);
      QeIdentity identity =
          signed(standing, collateral.qeIdentity(), QeIdentity.PATH, identities, this::qeIdentity);
      requireCurrent(TcbInfo.PATH, info.validity());
      requireCurrent(QeIdentity.PATH, identity.validity());
      requireSamePlatform(info, chain.extensions());
      identity.requireGenuine(quote.qeReport());
      TcbEvaluation tcb = TcbEvaluation.of(info, identity, chain.extensions(), quote);
      Validity validity =
          chain
              .validity()
              .and(standing.getFirst().validity())
              .and(rootList.validity())
              .and(pckList.validity())
              .and(info.validity())
              .and(identity.validity());
      return new TdxClaims(quote, anchor, TdxPlatform.of(chain.extensions()), tcb, at, validity);
    }

    /** The signers that are valid and not revoked; the reason of the last one where none is. */
    private List<VendorCertificate> standing(
        List<VendorCertificate> signers, VendorCertificate root, VendorRevocationList list) {
      List<VendorCertificate> standing = new ArrayList<>();
      Refusal last = null;
      for (VendorCertificate signer : signers) {
        try {
          checker.checkSigner(signer, root);
          checker.checkRevocation(list, root, signer, "tcbSigning", "collateral.rootCaCrl");
          standing.add(signer);
        } catch (Refusal e) {
          last = e;
        }
      }
      if (standing.isEmpty() && last != null) {
        throw last;
      }
      return standing;
    }

    /** What the body says, where one of the signers signed it. */
    private <T> T signed(
        List<VendorCertificate> signers,
        Bytes body,
        String path,
        Memo<SignedBy, T> known,
        Function<SignedBy, Optional<T>> read) {
      for (VendorCertificate signer : signers) {
        Optional<T> content = known.find(new SignedBy(signer.spki(), body), read);
        if (content.isPresent()) {
          return content.get();
        }
      }
      throw new Refusal(
          AttestationError.COLLATERAL_SIGNATURE,
          path + ".signature",
          "",
          "not signed by a current " + PckChain.SIGNER_NAME);
    }

    private Optional<TcbInfo> tcbInfo(SignedBy body) {
      return content(body, "tcbInfo", TcbInfo.PATH).map(TcbInfo::read);
    }

    private Optional<QeIdentity> qeIdentity(SignedBy body) {
      return content(body, "enclaveIdentity", QeIdentity.PATH).map(QeIdentity::read);
    }

    private Optional<Json> content(SignedBy body, String name, String path) {
      SignedJson document = SignedJson.read(body.body(), name, path);
      return signatures.isSignedInPlain(
              body.spki(), document.signed(), document.signature(), "tcbSigning")
          ? Optional.of(document.content())
          : Optional.empty();
    }

    private void requireCurrent(String path, Validity validity) {
      if (!validity.includes(at)) {
        throw new Refusal(
            AttestationError.COLLATERAL_NOT_CURRENT,
            path,
            validity.from() + " to " + validity.until(),
            at.toString());
      }
    }

    private void requireSamePlatform(TcbInfo info, PckExtensions pck) {
      requireSame("fmspc", pck.fmspc(), info.fmspc());
      requireSame("pceId", pck.pceId(), info.pceId());
    }

    private void requireSame(String field, Bytes expected, Bytes found) {
      if (!expected.equals(found)) {
        throw new Refusal(
            AttestationError.COLLATERAL_OF_ANOTHER_PLATFORM,
            TcbInfo.PATH + "." + field,
            expected.toHex(),
            found.toHex());
      }
    }

    /** The platform's certificate, its authority and the root, as far as they are there. */
    private List<VendorCertificate> chain(
        TdxQuote quote, List<VendorCertificate> sent, List<String> missing) {
      List<VendorCertificate> chain = new ArrayList<>(carried(quote, sent));
      if (chain.isEmpty()) {
        missing.add("pck");
        return chain;
      }
      for (String role : List.of("pckCa", "rootCa").subList(chain.size() - 1, 2)) {
        Bytes issuer = chain.getLast().issuer().raw();
        Optional<VendorCertificate> above =
            sent.stream().filter(found -> found.subject().raw().equals(issuer)).findFirst();
        if (above.isEmpty()) {
          missing.add(role);
          return chain;
        }
        chain.add(above.get());
      }
      return chain;
    }

    /**
     * What the quote carries: a chain, its first certificate, or only what names it (types 1 to 3:
     * PPID plain or encrypted with RSA-2048 or RSA-3072, then CPUSVN, PCESVN and PCEID).
     */
    private List<VendorCertificate> carried(TdxQuote quote, List<VendorCertificate> sent) {
      Bytes data = quote.certification();
      int type = quote.certificationType();
      return switch (type) {
        case 1 -> pointedAt(data, 16, sent);
        case 2 -> pointedAt(data, 256, sent);
        case 3 -> pointedAt(data, 384, sent);
        case 4 -> chains.get(new Carried(1, data), TdxAuthenticator::carried);
        case 5 -> chains.get(new Carried(3, data), TdxAuthenticator::carried);
        default -> throw unknownCertification("certification data of type " + type);
      };
    }

    private List<VendorCertificate> pointedAt(
        Bytes data, int platformId, List<VendorCertificate> sent) {
      if (data.size() != platformId + 20) {
        throw unknownCertification(data.size() + " bytes that name no platform");
      }
      return named(sent, PckChain.PCK_NAME).stream().limit(1).toList();
    }

    private VendorRevocationList list(Bytes der, String path) {
      return lists.get(
          der, raw -> VendorRevocationList.parse(raw, SignatureAlgorithm.ECDSA_SHA256, path));
    }
  }

  /** The certificates in a quote, the platform's first. */
  private static List<VendorCertificate> carried(Carried carried) {
    Bytes pem = carried.pem();
    int end = pem.size();
    while (end > 0 && pem.at(end - 1) == 0) {
      end--;
    }
    String text = new String(pem.slice(0, end).toArray(), StandardCharsets.ISO_8859_1);
    List<Bytes> chain = PemCertificates.parse(text, "quote.certification");
    if (chain.size() > carried.limit()) {
      throw unknownCertification(chain.size() + " certificates");
    }
    return chain.stream().map(TdxAuthenticator::parse).toList();
  }

  private static CloisterException unknownCertification(String detail) {
    return new CloisterException(
        AttestationError.CERTIFICATE_MALFORMED, "quote.certification", detail);
  }

  private static VendorCertificate parse(Bytes der) {
    return VendorCertificate.parse(der, SignatureAlgorithm.ECDSA_SHA256, "sent");
  }

  private static List<VendorCertificate> named(List<VendorCertificate> sent, String commonName) {
    return sent.stream()
        .filter(certificate -> certificate.subject().commonName().equals(commonName))
        .toList();
  }

  private static void addIf(List<String> missing, boolean absent, String name) {
    if (absent) {
      missing.add(name);
    }
  }
}
