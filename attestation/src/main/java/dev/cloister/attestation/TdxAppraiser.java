package dev.cloister.attestation;

import dev.cloister.attestation.TdxReferenceValue.GuestRules;
import dev.cloister.attestation.TdxReferenceValue.PlatformFeature;
import dev.cloister.attestation.TdxReferenceValue.PlatformRules;
import dev.cloister.attestation.TdxReferenceValue.TcbRules;
import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares a genuine quote with what an owner asks for, in a fixed order. Stateless. */
final class TdxAppraiser {

  private TdxAppraiser() {}

  static Verdict compare(TdxClaims claims, TdxReferenceValue reference, Expectation expectation) {
    if (!claims.root().equals(reference.root())) {
      throw new Refusal(
          AttestationError.ROOT_DIFFERS,
          "certificates.rootCa",
          reference.root().text(),
          claims.root().text());
    }
    TdReport body = claims.quote().body();
    requireEqual(
        AttestationError.REPORT_DATA_DIFFERS,
        EvidenceType.TDX.reportDataPath(),
        expectation.reportData(),
        body.reportData());
    requireLaunch(body, reference);
    requireInitdata(claims, expectation);
    requireGuest(body, reference.guest());
    requirePlatform(claims, reference.platform());
    requireTcb(claims, reference.tcb());
    return new Trusted(claims, reference, notCompared(reference, expectation));
  }

  private static void requireLaunch(TdReport body, TdxReferenceValue reference) {
    requireEqual(
        AttestationError.LAUNCH_DIGEST_DIFFERS, "quote.mrTd", reference.mrTd(), body.mrTd());
    for (int i = 0; i < 4; i++) {
      requireListed(
          AttestationError.LAUNCH_DIGEST_DIFFERS,
          "quote.rtmr" + i,
          reference.rtmrs().get(i),
          body.rtmr(i));
    }
  }

  private static void requireInitdata(TdxClaims claims, Expectation expectation) {
    boolean listed = expectation.hostData().stream().anyMatch(claims::isOfInitdata);
    if (expectation.hostDataCompared() && !listed) {
      throw new Refusal(
          AttestationError.HOST_DATA_DIFFERS,
          EvidenceType.TDX.hostDataPath(),
          texts(expectation.hostData()) + ", then 16 zeros",
          claims.quote().body().mrConfigId().toHex());
    }
  }

  private static void requireGuest(TdReport body, GuestRules rules) {
    AttestationError code = AttestationError.TD_ATTRIBUTES_DIFFER;
    TdAttributes attributes = body.attributes();
    if (!attributes.isWellFormed()) {
      throw new Refusal(code, "quote.tdAttributes", "known bits only", attributes.text());
    }
    Set<TdAttributes.Attribute> set = attributes.attributes();
    for (TdAttributes.Attribute attribute : TdAttributes.Attribute.values()) {
      boolean on = set.contains(attribute);
      if (on && attribute.weakens() && !rules.allow().contains(attribute)) {
        throw new Refusal(code, "quote.tdAttributes." + attribute.text(), "not set", "set");
      }
      if (!on && rules.require().contains(attribute)) {
        throw new Refusal(code, "quote.tdAttributes." + attribute.text(), "set", "not set");
      }
    }
    boolean usual = (body.xfam() & ~rules.xfam()) == 0 && (body.xfam() & 3) == 3;
    if (!usual) {
      throw new Refusal(
          code,
          "quote.xfam",
          "bits 0 and 1, else at most " + TdAttributes.hex(rules.xfam()),
          TdAttributes.hex(body.xfam()));
    }
    AttestationError owner = AttestationError.TD_OWNER_DIFFERS;
    requireEqual(owner, "quote.mrOwner", rules.mrOwner(), body.mrOwner());
    requireEqual(owner, "quote.mrOwnerConfig", rules.mrOwnerConfig(), body.mrOwnerConfig());
    requireListed(owner, "quote.mrServiceTd", rules.mrServiceTds(), body.mrServiceTd());
  }

  private static void requirePlatform(TdxClaims claims, PlatformRules rules) {
    TdxPlatform platform = claims.platform();
    requireSetup(platform, rules);
    AttestationError code = AttestationError.CHIP_NOT_ALLOWED;
    if (!rules.mrSeams().isEmpty()) {
      requireListed(code, "quote.mrSeam", rules.mrSeams(), claims.quote().body().mrSeam());
    }
    if (!rules.fmspcs().isEmpty()) {
      requireListed(code, "certificates.pck.fmspc", rules.fmspcs(), platform.fmspc());
    }
    if (!rules.piids().isEmpty()) {
      Bytes found = platform.instance().map(TdxPlatform.Instance::id).orElse(Bytes.EMPTY);
      requireListed(code, "certificates.pck.piid", rules.piids(), found);
    }
  }

  /** What is not certified counts as the weaker of the two. */
  private static void requireSetup(TdxPlatform platform, PlatformRules rules) {
    Set<PlatformFeature> on = EnumSet.noneOf(PlatformFeature.class);
    if (platform.memoryIntegrity()) {
      on.add(PlatformFeature.MEMORY_INTEGRITY);
    }
    if (platform.instance().map(TdxPlatform.Instance::smt).orElse(true)) {
      on.add(PlatformFeature.SMT);
    }
    if (platform.instance().map(TdxPlatform.Instance::dynamic).orElse(true)) {
      on.add(PlatformFeature.DYNAMIC_PLATFORM);
    }
    if (platform.instance().map(TdxPlatform.Instance::cachedKeys).orElse(true)) {
      on.add(PlatformFeature.CACHED_KEYS);
    }
    for (PlatformFeature feature : PlatformFeature.values()) {
      String path = "certificates.pck." + feature.text();
      if (on.contains(feature) && feature.weakens() && !rules.allow().contains(feature)) {
        throw new Refusal(AttestationError.PLATFORM_DIFFERS, path, "off", "on");
      }
      if (!on.contains(feature) && rules.require().contains(feature)) {
        throw new Refusal(AttestationError.PLATFORM_DIFFERS, path, "on", "off");
      }
    }
  }

  private static void requireTcb(TdxClaims claims, TcbRules rules) {
    TcbEvaluation tcb = claims.tcb();
    int number = Math.min(tcb.evaluationDataNumber(), tcb.qeEvaluationDataNumber());
    if (number < rules.minimumEvaluationDataNumber()) {
      throw new Refusal(
          AttestationError.TCB_EVALUATION_TOO_OLD,
          "tcb.evaluationDataNumber",
          "at least " + rules.minimumEvaluationDataNumber(),
          Integer.toString(number));
    }
    boolean accepted =
        tcb.status() == TcbStatus.UP_TO_DATE
            || rules.accept().stream().anyMatch(rule -> rule.covers(tcb, claims.at()));
    if (!accepted) {
      String lacking = tcb.advisories().isEmpty() ? "" : ", " + String.join(" ", tcb.advisories());
      throw new Refusal(
          AttestationError.TCB_STATUS_NOT_ACCEPTED,
          "tcb.status",
          accepted(rules),
          tcb.status().text() + lacking);
    }
  }

  private static String accepted(TcbRules rules) {
    return rules.accept().stream()
        .map(rule -> rule.status().text() + " until " + rule.until())
        .collect(Collectors.joining(", ", TcbStatus.UP_TO_DATE.text() + ", ", ""))
        .replaceAll(", $", "");
  }

  private static void requireEqual(
      AttestationError code, String path, Bytes expected, Bytes found) {
    if (!expected.equals(found)) {
      throw new Refusal(code, path, expected.toHex(), found.toHex());
    }
  }

  private static void requireListed(
      AttestationError code, String path, List<Bytes> expected, Bytes found) {
    if (!expected.contains(found)) {
      throw new Refusal(code, path, texts(expected), found.toHex());
    }
  }

  private static List<String> notCompared(TdxReferenceValue reference, Expectation expectation) {
    List<String> fields = new ArrayList<>();
    if (!expectation.hostDataCompared()) {
      fields.add("mrConfigId");
    }
    if (reference.platform().mrSeams().isEmpty()) {
      fields.add("mrSeam");
    }
    if (reference.platform().fmspcs().isEmpty()) {
      fields.add("fmspc");
    }
    if (reference.platform().piids().isEmpty()) {
      fields.add("piid");
    }
    fields.add("ppid");
    return fields;
  }

  private static String texts(List<Bytes> values) {
    String joined = values.stream().limit(4).map(Bytes::toHex).collect(Collectors.joining(", "));
    return values.size() > 4 ? joined + ", … (" + values.size() + ")" : joined;
  }
}
