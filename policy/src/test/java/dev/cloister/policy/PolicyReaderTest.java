package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyReaderTest {

  private static final String DOCUMENT = JsonWriter.canonical(Policies.pod().toJson());

  private static void assertRefused(String document, ErrorCode code, String path) {
    assertThatThrownBy(() -> PodPolicy.parse(Bytes.ofUtf8(document)))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.where()).as(e.getMessage()).isEqualTo(path);
            });
  }

  private static String with(String from, String to) {
    assertThat(DOCUMENT).contains(from);
    int at = DOCUMENT.lastIndexOf(from);
    return DOCUMENT.substring(0, at) + to + DOCUMENT.substring(at + from.length());
  }

  @Test
  void refusesAnotherSchemaAndComposition() {
    assertRefused(
        with("cloister/pod-policy/v1", "cloister/pod-policy/v2"), PolicyError.SCHEMA, "schema");
    assertRefused(
        with("\"composition\":1", "\"composition\":2"), PolicyError.SCHEMA, "composition");
  }

  @Test
  void namesThePathOfAWrongValue() {
    String web = "containers[web]";
    assertRefused(with("\"role\":\"app\"", "\"role\":\"main\""), PolicyError.VALUE, web + ".role");
    assertRefused(with("\"cwd\":\"/srv\"", "\"cwd\":\"srv\""), PolicyError.VALUE, web + ".cwd");
    assertRefused(
        with(Policies.ROOT_A, Policies.ROOT_A.toUpperCase(java.util.Locale.ROOT)),
        PolicyError.VALUE,
        web + ".image.verityRoot");
    assertRefused(
        with("{\"fact\":\"podIP\"}", "{\"fact\":\"secret\"}"),
        PolicyError.VALUE,
        web + ".argv[2][0].fact");
    assertRefused(
        with("\"uid\":1000", "\"uid\":-1"), EncodingError.JSON_WRONG_TYPE, web + ".user.uid");
    assertRefused(
        with("\"/tmp\":{", "\"/proc/self\":{"), PolicyError.VALUE, web + ".mounts[/proc/self]");
    assertRefused(
        with("\"stopSignal\":\"TERM\"", "\"stopSignal\":\"SIGTERM\""),
        PolicyError.VALUE,
        web + ".stopSignal");
    assertRefused(
        with("\"namespace\":\"prod\"", "\"namespace\":\"Prod\""),
        PolicyError.VALUE,
        "pod.namespace");
    assertRefused(
        with("\"sizeMib\":64", "\"sizeMib\":0"),
        EncodingError.JSON_WRONG_TYPE,
        "volumes[scratch].sizeMib");
    assertRefused(
        with("\"pod/name\":{", "\"../name\":{"),
        PolicyError.VALUE,
        "volumes[config].files[../name]");
  }

  @Test
  void namesThePathOfAContradiction() {
    assertRefused(
        with("\"role\":\"app\"", "\"role\":\"init\""),
        PolicyError.CONTRADICTION,
        "containers[web].restart");
    assertRefused(
        with("\"restart\":\"always\",\"role\":\"app\"", "\"restart\":\"never\",\"role\":\"init\""),
        PolicyError.VALUE,
        "containers");
    assertRefused(
        with("\"volume\":\"scratch\"", "\"volume\":\"other\""),
        PolicyError.REFERENCE,
        "containers[web].mounts[/tmp]");
    assertRefused(
        with("\"name\":\"web\"", "\"name\":\"proxy\""), PolicyError.DUPLICATE, "containers[proxy]");
    assertRefused(
        with("\"KILL\",\"TERM\"", "\"TERM\",\"KILL\""),
        PolicyError.DUPLICATE,
        "containers[web].signals");
    assertRefused(
        with("\"CHOWN\",\"NET_BIND_SERVICE\"", "\"NET_BIND_SERVICE\",\"CHOWN\""),
        PolicyError.DUPLICATE,
        "containers[web].capabilities");
  }

  @Test
  void refusesPortsOfTheMeshWhichTheManifestNames() {
    for (String mode : List.of("mesh", "public")) {
      assertRefused(
          with("\"mode\":\"plain\"", "\"mode\":\"" + mode + "\""),
          PolicyError.VALUE,
          "pod.network.inbound[0].mode");
    }
  }

  @Test
  void refusesAMountThatWritesToAFileVolume() {
    assertRefused(
        with(
            "\"readOnly\":true,\"subPath\":\"\",\"volume\":\"config\"",
            "\"readOnly\":false,\"subPath\":\"\",\"volume\":\"config\""),
        PolicyError.CONTRADICTION,
        "containers[web].mounts[/etc/app].readOnly");
  }

  @Test
  void refusesEveryUnknownMissingAndDuplicateField() {
    List<String> objects = new ArrayList<>();
    int refused = 0;
    for (Json changed : variants(Policies.pod().toJson(), "", objects)) {
      Bytes bytes = JsonWriter.canonicalBytes(changed);
      assertThatThrownBy(() -> PodPolicy.parse(bytes))
          .as(() -> JsonWriter.canonical(changed))
          .isInstanceOfSatisfying(
              CloisterException.class,
              e ->
                  assertThat(e.code())
                      .isIn(EncodingError.JSON_UNKNOWN_FIELD, EncodingError.JSON_MISSING_FIELD));
      refused++;
    }
    assertThat(refused).isGreaterThan(250);
  }

  /** Objects whose members are entries and not fields: leaving one out is another policy. */
  private static final List<String> MAPS =
      List.of("env", "mounts", "volumes", "exec", "sysctls", "files");

  /** The document with one unknown field more, or one field less, in every object of it. */
  private static List<Json> variants(Json json, String name, List<String> seen) {
    List<Json> variants = new ArrayList<>();
    if (json instanceof Json.Obj object) {
      if (!MAPS.contains(name)) {
        Map<String, Json> more = new LinkedHashMap<>(object.members());
        more.put("unknown", Json.of(1));
        variants.add(new Json.Obj(more));
      }
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        Map<String, Json> less = new LinkedHashMap<>(object.members());
        less.remove(member.getKey());
        if (!MAPS.contains(name)) {
          variants.add(new Json.Obj(less));
        }
        for (Json inner : variants(member.getValue(), member.getKey(), seen)) {
          Map<String, Json> changed = new LinkedHashMap<>(object.members());
          changed.put(member.getKey(), inner);
          variants.add(new Json.Obj(changed));
        }
      }
    } else if (json instanceof Json.Arr array) {
      for (int i = 0; i < array.elements().size(); i++) {
        for (Json inner : variants(array.elements().get(i), "", seen)) {
          List<Json> changed = new ArrayList<>(array.elements());
          changed.set(i, inner);
          variants.add(Json.of(changed));
        }
      }
    }
    return variants;
  }

  @Test
  void readsEveryChangedByteAsAnotherPolicyOrNotAtAll() {
    PodPolicy policy = Policies.pod();
    byte[] document = policy.toBytes().toArray();
    Random random = new Random(3);
    int read = 0;
    for (int i = 0; i < document.length; i++) {
      byte[] changed = document.clone();
      changed[i] ^= (byte) (1 << random.nextInt(7));
      read += readsSoundly(policy, Bytes.of(changed));
    }
    assertThat(read).isPositive();
  }

  /** A document that is read has one meaning: written again it gives the same policy. */
  private static int readsSoundly(PodPolicy policy, Bytes changed) {
    try {
      PodPolicy other = PodPolicy.parse(changed);
      assertThat(PodPolicy.parse(other.toBytes())).isEqualTo(other);
      assertThat(other.equals(policy)).isEqualTo(other.toBytes().equals(policy.toBytes()));
      assertThat(PolicyDiff.compare(policy, other).isEmpty()).isEqualTo(other.equals(policy));
      assertThat(other).as(changed.toUtf8()).isNotEqualTo(policy);
      return 1;
    } catch (CloisterException e) {
      assertThat(e.code().code()).startsWith("CL-");
      return 0;
    }
  }

  @Test
  void survivesCutsAndRepetitions() {
    byte[] document = Policies.pod().toBytes().toArray();
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      int from = random.nextInt(document.length);
      int length = random.nextInt(Math.min(40, document.length - from));
      int to = random.nextInt(document.length);
      Bytes head = Bytes.of(document, 0, to);
      Bytes piece = Bytes.of(document, from, length);
      Bytes tail = Bytes.of(document, to, document.length - to);
      Bytes changed =
          random.nextBoolean()
              ? Bytes.concat(head, piece, tail)
              : Bytes.concat(
                  Bytes.of(document, 0, from),
                  Bytes.of(document, from + length, document.length - from - length));
      if (length > 0) {
        try {
          PodPolicy other = PodPolicy.parse(changed);
          assertThat(PodPolicy.parse(other.toBytes())).isEqualTo(other);
        } catch (CloisterException e) {
          assertThat(e.code().code()).startsWith("CL-");
        }
      }
    }
  }

  @Test
  void refusesMoreThanItsLimits() {
    assertRefusedInWeb("argv", Json.ofStrings(copies("x", 1025)), EncodingError.BUDGET_EXCEEDED);
    assertRefusedInWeb("env", object("V", 1025), EncodingError.BUDGET_EXCEEDED);
    assertRefusedInWeb("mounts", object("/m", 129), EncodingError.BUDGET_EXCEEDED);
    assertRefusedInWeb("exec", object("e", 65), EncodingError.BUDGET_EXCEEDED);
    assertRefusedInWeb(
        "signals", Json.ofStrings(copies("TERM", 65)), EncodingError.BUDGET_EXCEEDED);
    assertRefusedInWeb(
        "capabilities", Json.ofStrings(copies("CHOWN", 42)), EncodingError.BUDGET_EXCEEDED);
  }

  @Test
  void takesADocumentOfHalfAMebibyteAndNoMore() {
    String padded = " ".repeat(PodPolicy.BUDGET.bytes() - DOCUMENT.length()) + DOCUMENT;
    assertThat(PodPolicy.parse(Bytes.ofUtf8(padded))).isEqualTo(Policies.pod());
    assertRefused(" " + padded, EncodingError.BUDGET_EXCEEDED, "");
  }

  private static List<String> copies(String text, int count) {
    return java.util.Collections.nCopies(count, text);
  }

  private static Json object(String prefix, int count) {
    Json.ObjectBuilder object = Json.object();
    for (int i = 0; i < count; i++) {
      object.put(prefix + i, "x");
    }
    return object.build();
  }

  private static void assertRefusedInWeb(String field, Json value, ErrorCode code) {
    Json.Obj document = Policies.pod().toJson();
    List<Json> containers = new ArrayList<>();
    for (ContainerPolicy container : Policies.pod().containers()) {
      containers.add(container.toJson());
    }
    Map<String, Json> web = new LinkedHashMap<>(((Json.Obj) containers.getLast()).members());
    web.put(field, value);
    containers.set(2, new Json.Obj(web));
    Map<String, Json> members = new LinkedHashMap<>(document.members());
    members.put("containers", Json.of(containers));
    assertRefused(JsonWriter.canonical(new Json.Obj(members)), code, "containers[web]." + field);
  }

  @Test
  void refusesMoreContainersAndVolumesThanItsLimits() {
    assertThatThrownBy(() ->
            new PodPolicy(
                Policies.pod().pod(),
                Policies.volumes(),
                java.util.Collections.nCopies(65, Policies.pod().containers().getLast()),
                List.of()))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.LIMIT));
    Map<String, Volume> volumes = new LinkedHashMap<>();
    for (int i = 0; i < 65; i++) {
      volumes.put("v" + i, new Volume.Memory("v" + i, 1, 0777, 0));
    }
    assertThatThrownBy(() ->
            new PodPolicy(Policies.pod().pod(), volumes, Policies.pod().containers(), List.of()))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.LIMIT));
  }
}
