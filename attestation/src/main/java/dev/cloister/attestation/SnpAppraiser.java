package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares a genuine report with what an owner asks for, in a fixed order. Stateless. */
final class SnpAppraiser {

  private SnpAppraiser() {}

  static Verdict compare(SnpClaims claims, SnpReferenceValue reference, Expectation expectation) {
    requireSigner(claims, reference);
    requireQuestion(claims.report(), expectation);
    requireLaunch(claims.report(), reference, expectation);
    requireGuest(claims.report(), reference.guest());
    requirePlatform(claims.report(), reference.platform());
    return new Trusted(claims, reference, notCompared(reference, expectation));
  }

  private static void requireSigner(SnpClaims claims, SnpReferenceValue reference) {
    SnpReferenceValue.SignerRules rules = reference.signers();
    if (!claims.root().equals(reference.root())) {
      throw new Refusal(
          AttestationError.ROOT_DIFFERS,
          "certificates.ark",
          reference.root().text(),
          claims.root().text());
    }
    if (claims.product() != reference.product()) {
      throw new Refusal(
          AttestationError.PRODUCT_NOT_ALLOWED,
          "report.cpuid",
          reference.product().text(),
          claims.product().text());
    }
    SigningKey key = claims.report().signingKey();
    if (!rules.keys().contains(key)) {
      throw new Refusal(
          AttestationError.SIGNING_KEY_NOT_ALLOWED,
          "report.signingKey",
          texts(rules.keys().stream().map(SigningKey::text).sorted().toList()),
          key.text());
    }
    if (rules.requireRevocation() && !claims.revocationChecked()) {
      throw new Refusal(
          AttestationError.REVOCATION_UNCHECKED, "certificates.crl", "checked", "unchecked");
    }
    requireListed(claims, rules);
  }

  private static void requireListed(SnpClaims claims, SnpReferenceValue.SignerRules rules) {
    boolean chipListed = claims.chipBound() && rules.chipIds().contains(claims.chip());
    if (!rules.chipIds().isEmpty() && !chipListed) {
      throw new Refusal(
          AttestationError.CHIP_NOT_ALLOWED,
          "report.chipId",
          "one of " + rules.chipIds().size() + " listed chips",
          claims.chipBound() ? claims.chip().toHex() : "not proven by the certificate");
    }
    boolean anonymous = claims.report().signingKey() == SigningKey.VCEK && !claims.chipBound();
    if (anonymous) {
      throw new Refusal(
          AttestationError.CHIP_NOT_ALLOWED, "report.chipId", "a chip id", "masked by the host");
    }
    if (!rules.clouds().isEmpty() && !rules.clouds().contains(claims.cloud())) {
      throw new Refusal(
          AttestationError.CHIP_NOT_ALLOWED,
          "certificates.vlek.cspId",
          texts(rules.clouds()),
          claims.cloud());
    }
  }

  private static void requireQuestion(SnpReport report, Expectation expectation) {
    requireEqual(
        AttestationError.REPORT_DATA_DIFFERS,
        EvidenceType.SNP.reportDataPath(),
        expectation.reportData(),
        report.reportData());
  }

  private static void requireLaunch(
      SnpReport report, SnpReferenceValue reference, Expectation expectation) {
    requireEqual(
        AttestationError.LAUNCH_DIGEST_DIFFERS,
        "report.measurement",
        reference.launchDigest(),
        report.measurement());
    if (expectation.hostDataCompared() && !expectation.hostData().contains(report.hostData())) {
      throw new Refusal(
          AttestationError.HOST_DATA_DIFFERS,
          EvidenceType.SNP.hostDataPath(),
          texts(expectation.hostData().stream().map(Bytes::toHex).toList()),
          report.hostData().toHex());
    }
  }

  private static void requireGuest(SnpReport report, SnpReferenceValue.GuestRules rules) {
    requirePolicy(report.guestPolicy(), rules);
    if (report.vmpl() != rules.vmpl()) {
      throw new Refusal(
          AttestationError.VMPL_DIFFERS,
          "report.vmpl",
          Integer.toString(rules.vmpl()),
          Long.toString(report.vmpl()));
    }
    if (report.guestSvn() < rules.minimumSvn()) {
      throw new Refusal(
          AttestationError.GUEST_SVN_TOO_OLD,
          "report.guestSvn",
          "at least " + rules.minimumSvn(),
          Long.toString(report.guestSvn()));
    }
    if (!rules.idKeyDigests().isEmpty() && !rules.idKeyDigests().contains(report.idKeyDigest())) {
      throw new Refusal(
          AttestationError.ID_KEY_NOT_ALLOWED,
          "report.idKeyDigest",
          texts(rules.idKeyDigests().stream().map(Bytes::toHex).toList()),
          report.idKeyDigest().toHex());
    }
    boolean authorListed =
        report.hasAuthorKey() && rules.authorKeyDigests().contains(report.authorKeyDigest());
    if (!rules.authorKeyDigests().isEmpty() && !authorListed) {
      throw new Refusal(
          AttestationError.AUTHOR_KEY_NOT_ALLOWED,
          "report.authorKeyDigest",
          texts(rules.authorKeyDigests().stream().map(Bytes::toHex).toList()),
          report.hasAuthorKey() ? report.authorKeyDigest().toHex() : "no author key");
    }
  }

  private static void requirePolicy(GuestPolicy policy, SnpReferenceValue.GuestRules rules) {
    AttestationError code = AttestationError.GUEST_POLICY_DIFFERS;
    if (!policy.isWellFormed()) {
      throw new Refusal(code, "report.guestPolicy", "known bits only, bit 17 set", policy.text());
    }
    int abi = (policy.abiMajor() << 8) | policy.abiMinor();
    if (abi < ((rules.minimumAbiMajor() << 8) | rules.minimumAbiMinor())) {
      throw new Refusal(
          code,
          "report.guestPolicy.abi",
          "at least " + rules.minimumAbiMajor() + "." + rules.minimumAbiMinor(),
          policy.abiMajor() + "." + policy.abiMinor());
    }
    for (GuestPolicy.Allowance allowance : policy.allowances()) {
      if (!rules.allow().contains(allowance)) {
        throw new Refusal(code, "report.guestPolicy." + allowance.text(), "not set", "set");
      }
    }
    for (GuestPolicy.Requirement requirement : GuestPolicy.Requirement.values()) {
      if (rules.require().contains(requirement) && !policy.requirements().contains(requirement)) {
        throw new Refusal(code, "report.guestPolicy." + requirement.text(), "set", "not set");
      }
    }
  }

  private static void requirePlatform(SnpReport report, SnpReferenceValue.PlatformRules rules) {
    requireSetup(report.platformInfo(), rules);
    requireTcb("currentTcb", report.currentTcb().version(), rules);
    requireTcb("committedTcb", report.committedTcb().version(), rules);
    requireTcb("reportedTcb", report.reportedTcb().version(), rules);
    requireTcb("launchTcb", report.launchTcb().version(), rules);
    requireFirmware("committedFirmware", report.committedFirmware(), rules);
    requireFirmware("currentFirmware", report.currentFirmware(), rules);
    boolean committed =
        report.currentTcb().version().equals(report.committedTcb().version())
            && report.currentFirmware().equals(report.committedFirmware());
    if (!committed && !rules.allowProvisionalFirmware()) {
      throw new Refusal(
          AttestationError.FIRMWARE_PROVISIONAL,
          "report.committedTcb",
          report.currentTcb().version() + ", firmware " + report.currentFirmware(),
          report.committedTcb().version() + ", firmware " + report.committedFirmware());
    }
    requireMask("launchMitigations", rules.launchMitigations(), report.launchMitigations());
    requireMask("currentMitigations", rules.currentMitigations(), report.currentMitigations());
  }

  private static void requireSetup(PlatformInfo info, SnpReferenceValue.PlatformRules rules) {
    AttestationError code = AttestationError.PLATFORM_DIFFERS;
    if (!info.isWellFormed()) {
      throw new Refusal(code, "report.platformInfo", "known bits only", info.text());
    }
    Set<PlatformInfo.Feature> features = EnumSet.noneOf(PlatformInfo.Feature.class);
    features.addAll(info.features());
    for (PlatformInfo.Feature feature : PlatformInfo.Feature.values()) {
      boolean on = features.contains(feature);
      if (on && feature.weakens() && !rules.allow().contains(feature)) {
        throw new Refusal(code, "report.platformInfo." + feature.text(), "off", "on");
      }
      if (!on && rules.require().contains(feature)) {
        throw new Refusal(code, "report.platformInfo." + feature.text(), "on", "off");
      }
    }
  }

  private static void requireTcb(
      String field, TcbVersion found, SnpReferenceValue.PlatformRules rules) {
    found
        .firstBelow(rules.minimumTcb())
        .ifPresent(component -> {
          throw new Refusal(
              AttestationError.TCB_TOO_OLD,
              "report." + field + "." + component.name(),
              "at least " + rules.minimumTcb().component(component.name()),
              Integer.toString(component.value()));
        });
  }

  private static void requireFirmware(
      String field, FirmwareVersion found, SnpReferenceValue.PlatformRules rules) {
    if (found.compareTo(rules.minimumFirmware()) < 0) {
      throw new Refusal(
          AttestationError.FIRMWARE_VERSION_TOO_OLD,
          "report." + field,
          "at least " + rules.minimumFirmware(),
          found.toString());
    }
  }

  private static void requireMask(String field, long mask, long found) {
    if ((found & mask) != mask) {
      throw new Refusal(
          AttestationError.MITIGATIONS_MISSING,
          "report." + field,
          "all of 0x" + Long.toHexString(mask),
          "0x" + Long.toHexString(found));
    }
  }

  private static void requireEqual(
      AttestationError code, String path, Bytes expected, Bytes found) {
    if (!expected.equals(found)) {
      throw new Refusal(code, path, expected.toHex(), found.toHex());
    }
  }

  /** Fields that the caller may want to know were left to the owner's indifference. */
  private static List<String> notCompared(SnpReferenceValue reference, Expectation expectation) {
    List<String> fields = new ArrayList<>();
    if (!expectation.hostDataCompared()) {
      fields.add("hostData");
    }
    if (reference.signers().chipIds().isEmpty()) {
      fields.add("chipId");
    }
    if (reference.guest().idKeyDigests().isEmpty()) {
      fields.add("idKeyDigest");
    }
    if (reference.guest().authorKeyDigests().isEmpty()) {
      fields.add("authorKeyDigest");
    }
    fields.addAll(List.of("familyId", "imageId", "reportId", "migrationAgentReportId"));
    return fields;
  }

  private static String texts(List<String> values) {
    String joined = values.stream().limit(4).collect(Collectors.joining(", "));
    return values.size() > 4 ? joined + ", … (" + values.size() + ")" : joined;
  }
}
