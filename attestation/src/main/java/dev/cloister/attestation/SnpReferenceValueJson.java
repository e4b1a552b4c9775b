package dev.cloister.attestation;

import static dev.cloister.attestation.ReferenceJson.digests;
import static dev.cloister.attestation.ReferenceJson.putHex;
import static dev.cloister.attestation.ReferenceJson.requireFilled;
import static dev.cloister.attestation.ReferenceJson.set;
import static dev.cloister.attestation.ReferenceJson.texts;

import dev.cloister.attestation.SnpReferenceValue.GuestRules;
import dev.cloister.attestation.SnpReferenceValue.PlatformRules;
import dev.cloister.attestation.SnpReferenceValue.SignerRules;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The strict JSON form of {@link SnpReferenceValue}: unknown fields, empty lists and repeats fail.
 */
final class SnpReferenceValueJson {

  private static final int MAX_LIST = 4096;

  private SnpReferenceValueJson() {}

  static SnpReferenceValue read(JsonFields fields) {
    TrustAnchor root = TrustAnchor.parse(fields.string("root"), fields.path("root"));
    SnpProduct product = fields.oneOf("product", SnpProduct.class, SnpProduct::text);
    SnpReferenceValue value =
        new SnpReferenceValue(
            fields.string("image"),
            root,
            product,
            fields.hex("launchDigest", 48),
            (int) fields.integer("vcpus", 1, 512),
            guest(fields),
            platform(fields, product),
            signers(fields, product));
    fields.end();
    return value;
  }

  private static GuestRules guest(JsonFields fields) {
    JsonFields policy = fields.object("guestPolicy");
    FirmwareVersion abi =
        policy.optionalString("minimumAbi").isPresent()
            ? version(policy, "minimumAbi", 2)
            : new FirmwareVersion(0, 0, 0);
    Set<GuestPolicy.Allowance> allow =
        set(policy, "allow", GuestPolicy.Allowance.class, GuestPolicy.Allowance::text);
    Set<GuestPolicy.Requirement> require =
        set(policy, "require", GuestPolicy.Requirement.class, GuestPolicy.Requirement::text);
    policy.end();
    return new GuestRules(
        abi.major(),
        abi.minor(),
        allow,
        require,
        fields.optionalInteger("minimumGuestSvn", 0, 0xffff_ffffL).orElse(0L),
        fields.optionalInteger("vmpl", 0, 3).orElse(0L).intValue(),
        digests(fields, "idKeyDigests", 48),
        digests(fields, "authorKeyDigests", 48));
  }

  private static PlatformRules platform(JsonFields fields, SnpProduct product) {
    JsonFields info = fields.object("platformInfo");
    Set<PlatformInfo.Feature> allow =
        set(info, "allow", PlatformInfo.Feature.class, PlatformInfo.Feature::text);
    Set<PlatformInfo.Feature> require =
        set(info, "require", PlatformInfo.Feature.class, PlatformInfo.Feature::text);
    requireKind(allow, true, info.path("allow"));
    requireKind(require, false, info.path("require"));
    info.end();
    return new PlatformRules(
        allow,
        require,
        TcbVersion.fromJson(fields.object("minimumTcb"), product.layout()),
        fields.has("minimumFirmware")
            ? version(fields, "minimumFirmware", 3)
            : new FirmwareVersion(0, 0, 0),
        fields.boolOr("allowProvisionalFirmware", false),
        mask(fields, "launchMitigations"),
        mask(fields, "currentMitigations"));
  }

  private static void requireKind(Set<PlatformInfo.Feature> features, boolean weak, String path) {
    for (PlatformInfo.Feature feature : features) {
      if (feature.weakens() != weak) {
        throw ReferenceJson.invalid(
            path, feature.text() + " belongs into " + (weak ? "require" : "allow"));
      }
    }
  }

  private static SignerRules signers(JsonFields fields, SnpProduct product) {
    Set<SigningKey> keys =
        fields.has("signingKeys")
            ? set(fields, "signingKeys", SigningKey.class, SigningKey::text)
            : Set.of(SigningKey.VCEK);
    List<String> clouds = fields.has("clouds") ? fields.strings("clouds", MAX_LIST) : List.of();
    requireFilled(fields, "clouds", clouds);
    return new SignerRules(
        keys,
        product.layout() == TcbLayout.TURIN ? shortChips(fields) : digests(fields, "chipIds", 64),
        clouds,
        fields.boolOr("requireRevocation", true),
        fields.has("acceptKnownBroken")
            ? set(fields, "acceptKnownBroken", SnpProduct.class, SnpProduct::text)
            : Set.of());
  }

  /** Of 8 bytes, or as CHIP_ID holds them: 64 bytes, of which the last 56 are zero. */
  private static List<Bytes> shortChips(JsonFields fields) {
    List<Bytes> chips =
        fields.listOrEmpty(
            "chipIds",
            MAX_LIST,
            (json, path) -> {
              String text = JsonFields.asString(json, path);
              if (!text.matches("[0-9a-f]{16}(0{112})?")) {
                throw JsonFields.wrongType(
                    path, "8 bytes in lower-case hexadecimal, alone or before 56 zeros");
              }
              return Bytes.ofHex(text.substring(0, 16));
            });
    requireFilled(fields, "chipIds", chips);
    return chips;
  }

  private static long mask(JsonFields fields, String name) {
    Optional<String> text = fields.optionalString(name);
    if (text.isEmpty()) {
      return 0;
    }
    if (!text.get().matches("0x[0-9a-f]{1,16}")) {
      throw JsonFields.wrongType(fields.path(name), "0x and 1 to 16 hexadecimal digits");
    }
    return Long.parseUnsignedLong(text.get().substring(2), 16);
  }

  private static FirmwareVersion version(JsonFields fields, String name, int parts) {
    String text = fields.string(name);
    if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){" + (parts - 1) + "}")) {
      throw JsonFields.wrongType(fields.path(name), parts + " numbers with dots between");
    }
    int[] numbers = Arrays.stream(text.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    if (Arrays.stream(numbers).anyMatch(number -> number > 255)) {
      throw JsonFields.wrongType(fields.path(name), "a version of numbers up to 255");
    }
    return new FirmwareVersion(numbers[0], numbers[1], parts == 3 ? numbers[2] : 0);
  }

  static Json.Obj write(SnpReferenceValue value) {
    Json.ObjectBuilder object =
        Json.object()
            .put("tee", value.type().text())
            .put("root", value.root().text())
            .put("product", value.product().text())
            .put("image", value.image())
            .put("launchDigest", value.launchDigest().toHex())
            .put("vcpus", value.vcpus())
            .put("guestPolicy", guestPolicy(value.guest()))
            .put("platformInfo", platformInfo(value.platform()))
            .put("minimumTcb", value.platform().minimumTcb().toJson());
    writeGuest(object, value.guest());
    writePlatform(object, value.platform());
    writeSigners(object, value.signers());
    return object.build();
  }

  private static Json guestPolicy(GuestRules rules) {
    Json.ObjectBuilder policy = Json.object();
    if (rules.minimumAbiMajor() + rules.minimumAbiMinor() > 0) {
      policy.put("minimumAbi", rules.minimumAbiMajor() + "." + rules.minimumAbiMinor());
    }
    return policy
        .put("allow", texts(rules.allow(), GuestPolicy.Allowance::text))
        .put("require", texts(rules.require(), GuestPolicy.Requirement::text))
        .build();
  }

  private static Json platformInfo(PlatformRules rules) {
    return Json.object()
        .put("allow", texts(rules.allow(), PlatformInfo.Feature::text))
        .put("require", texts(rules.require(), PlatformInfo.Feature::text))
        .build();
  }

  private static void writeGuest(Json.ObjectBuilder object, GuestRules rules) {
    if (rules.minimumSvn() != 0) {
      object.put("minimumGuestSvn", rules.minimumSvn());
    }
    if (rules.vmpl() != 0) {
      object.put("vmpl", rules.vmpl());
    }
    putHex(object, "idKeyDigests", rules.idKeyDigests());
    putHex(object, "authorKeyDigests", rules.authorKeyDigests());
  }

  private static void writePlatform(Json.ObjectBuilder object, PlatformRules rules) {
    if (rules.minimumFirmware().compareTo(new FirmwareVersion(0, 0, 0)) > 0) {
      object.put("minimumFirmware", rules.minimumFirmware().toString());
    }
    if (rules.allowProvisionalFirmware()) {
      object.put("allowProvisionalFirmware", true);
    }
    if (rules.launchMitigations() != 0) {
      object.put("launchMitigations", "0x" + Long.toHexString(rules.launchMitigations()));
    }
    if (rules.currentMitigations() != 0) {
      object.put("currentMitigations", "0x" + Long.toHexString(rules.currentMitigations()));
    }
  }

  private static void writeSigners(Json.ObjectBuilder object, SignerRules rules) {
    if (!rules.keys().equals(Set.of(SigningKey.VCEK))) {
      object.put("signingKeys", texts(rules.keys(), SigningKey::text));
    }
    putHex(object, "chipIds", rules.chipIds());
    if (!rules.clouds().isEmpty()) {
      object.put("clouds", Json.ofStrings(rules.clouds()));
    }
    if (!rules.requireRevocation()) {
      object.put("requireRevocation", false);
    }
    if (!rules.acceptKnownBroken().isEmpty()) {
      object.put("acceptKnownBroken", texts(rules.acceptKnownBroken(), SnpProduct::text));
    }
  }
}
