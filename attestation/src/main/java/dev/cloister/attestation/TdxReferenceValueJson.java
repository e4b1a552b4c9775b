package dev.cloister.attestation;

import static dev.cloister.attestation.ReferenceJson.digests;
import static dev.cloister.attestation.ReferenceJson.putHex;
import static dev.cloister.attestation.ReferenceJson.requireFilled;
import static dev.cloister.attestation.ReferenceJson.set;
import static dev.cloister.attestation.ReferenceJson.texts;

import dev.cloister.attestation.TdxReferenceValue.Acceptance;
import dev.cloister.attestation.TdxReferenceValue.GuestRules;
import dev.cloister.attestation.TdxReferenceValue.PlatformFeature;
import dev.cloister.attestation.TdxReferenceValue.PlatformRules;
import dev.cloister.attestation.TdxReferenceValue.TcbRules;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The strict JSON form of {@link TdxReferenceValue}: unknown fields, empty lists, repeats fail. */
final class TdxReferenceValueJson {

  private static final int MAX_LIST = 4096;
  private static final Bytes ZERO = Bytes.zeros(48);

  private TdxReferenceValueJson() {}

  static TdxReferenceValue read(JsonFields fields) {
    TrustAnchor root = TrustAnchor.parse(fields.string("root"), fields.path("root"));
    TdxReferenceValue value =
        new TdxReferenceValue(
            fields.string("image"),
            root,
            fields.hex("mrTd", 48),
            rtmrs(fields),
            guest(fields),
            platform(fields),
            fields.optionalObject("tcb").map(TdxReferenceValueJson::tcb).orElse(TcbRules.strict()));
    fields.end();
    return value;
  }

  private static List<List<Bytes>> rtmrs(JsonFields fields) {
    List<List<Bytes>> rtmrs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      fields.any("rtmr" + i);
      rtmrs.add(digests(fields, "rtmr" + i, 48));
    }
    rtmrs.add(fields.has("rtmr3") ? digests(fields, "rtmr3", 48) : List.of(ZERO));
    return rtmrs;
  }

  private static GuestRules guest(JsonFields fields) {
    JsonFields attributes = fields.object("tdAttributes");
    Set<TdAttributes.Attribute> allow =
        set(attributes, "allow", TdAttributes.Attribute.class, TdAttributes.Attribute::text);
    Set<TdAttributes.Attribute> require =
        set(attributes, "require", TdAttributes.Attribute.class, TdAttributes.Attribute::text);
    attributes.end();
    for (TdAttributes.Attribute attribute : require) {
      if (attribute.weakens()) {
        throw ReferenceJson.invalid(
            attributes.path("require"), attribute.text() + " belongs into allow");
      }
    }
    return new GuestRules(
        allow,
        require,
        fields.has("xfam") ? fields.hex("xfam", 8).u64le(0) : TdxReferenceValue.USUAL_XFAM,
        fields.has("mrOwner") ? fields.hex("mrOwner", 48) : ZERO,
        fields.has("mrOwnerConfig") ? fields.hex("mrOwnerConfig", 48) : ZERO,
        fields.has("mrServiceTds") ? digests(fields, "mrServiceTds", 48) : List.of(ZERO));
  }

  private static PlatformRules platform(JsonFields fields) {
    JsonFields info = fields.object("platformInfo");
    Set<PlatformFeature> allow = set(info, "allow", PlatformFeature.class, PlatformFeature::text);
    Set<PlatformFeature> require =
        set(info, "require", PlatformFeature.class, PlatformFeature::text);
    info.end();
    requireKind(allow, true, info.path("allow"));
    requireKind(require, false, info.path("require"));
    return new PlatformRules(
        allow,
        require,
        digests(fields, "mrSeams", 48),
        digests(fields, "fmspcs", 6),
        digests(fields, "piids", 16));
  }

  private static void requireKind(Set<PlatformFeature> features, boolean weak, String path) {
    for (PlatformFeature feature : features) {
      if (feature.weakens() != weak) {
        throw ReferenceJson.invalid(
            path, feature.text() + " belongs into " + (weak ? "require" : "allow"));
      }
    }
  }

  private static TcbRules tcb(JsonFields fields) {
    List<Acceptance> accept =
        fields.listOrEmpty("accept", MAX_LIST, TdxReferenceValueJson::acceptance);
    requireFilled(fields, "accept", accept);
    int minimum =
        fields
            .optionalInteger("minimumEvaluationDataNumber", 0, Integer.MAX_VALUE)
            .orElse(0L)
            .intValue();
    fields.end();
    return new TcbRules(accept, minimum);
  }

  private static Acceptance acceptance(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    TcbStatus status = fields.oneOf("status", TcbStatus.class, TcbStatus::text);
    Instant until = time(fields);
    boolean any = fields.boolOr("anyAdvisory", false);
    List<String> advisories = any ? List.of() : fields.strings("advisories", MAX_LIST);
    fields.end();
    return new Acceptance(status, until, any, advisories);
  }

  private static Instant time(JsonFields fields) {
    try {
      return Instant.parse(fields.string("until"));
    } catch (DateTimeException e) {
      throw JsonFields.wrongType(fields.path("until"), "a time like 2026-01-01T00:00:00Z");
    }
  }

  static Json.Obj write(TdxReferenceValue value) {
    Json.ObjectBuilder object =
        Json.object()
            .put("tee", value.type().text())
            .put("root", value.root().text())
            .put("image", value.image())
            .put("mrTd", value.mrTd().toHex());
    for (int i = 0; i < 4; i++) {
      if (i < 3 || !value.rtmrs().get(i).equals(List.of(ZERO))) {
        putHex(object, "rtmr" + i, value.rtmrs().get(i));
      }
    }
    writeGuest(object, value.guest());
    writePlatform(object, value.platform());
    writeTcb(object, value.tcb());
    return object.build();
  }

  private static void writeGuest(Json.ObjectBuilder object, GuestRules rules) {
    object.put(
        "tdAttributes",
        Json.object()
            .put("allow", texts(rules.allow(), TdAttributes.Attribute::text))
            .put("require", texts(rules.require(), TdAttributes.Attribute::text))
            .build());
    if (rules.xfam() != TdxReferenceValue.USUAL_XFAM) {
      object.put("xfam", TdAttributes.hex(rules.xfam()));
    }
    if (!rules.mrOwner().equals(ZERO)) {
      object.put("mrOwner", rules.mrOwner().toHex());
    }
    if (!rules.mrOwnerConfig().equals(ZERO)) {
      object.put("mrOwnerConfig", rules.mrOwnerConfig().toHex());
    }
    if (!rules.mrServiceTds().equals(List.of(ZERO))) {
      putHex(object, "mrServiceTds", rules.mrServiceTds());
    }
  }

  private static void writePlatform(Json.ObjectBuilder object, PlatformRules rules) {
    object.put(
        "platformInfo",
        Json.object()
            .put("allow", texts(rules.allow(), PlatformFeature::text))
            .put("require", texts(rules.require(), PlatformFeature::text))
            .build());
    putHex(object, "mrSeams", rules.mrSeams());
    putHex(object, "fmspcs", rules.fmspcs());
    putHex(object, "piids", rules.piids());
  }

  private static void writeTcb(Json.ObjectBuilder object, TcbRules rules) {
    if (rules.equals(TcbRules.strict())) {
      return;
    }
    Json.ObjectBuilder tcb = Json.object();
    if (!rules.accept().isEmpty()) {
      tcb.put("accept", Json.of(rules.accept().stream().map(TdxReferenceValueJson::json).toList()));
    }
    if (rules.minimumEvaluationDataNumber() > 0) {
      tcb.put("minimumEvaluationDataNumber", rules.minimumEvaluationDataNumber());
    }
    object.put("tcb", tcb.build());
  }

  private static Json json(Acceptance acceptance) {
    Json.ObjectBuilder object =
        Json.object()
            .put("status", acceptance.status().text())
            .put("until", acceptance.until().toString());
    return acceptance.anyAdvisory()
        ? object.put("anyAdvisory", true).build()
        : object.put("advisories", Json.ofStrings(acceptance.advisories())).build();
  }
}
