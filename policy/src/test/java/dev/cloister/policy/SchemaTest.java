package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The published schema says what the reader reads: every field, and no field more. */
class SchemaTest {

  private static final Set<String> KNOWN =
      Set.of(
          "$schema",
          "title",
          "description",
          "$defs",
          "$ref",
          "type",
          "required",
          "properties",
          "additionalProperties",
          "propertyNames",
          "maxProperties",
          "items",
          "minItems",
          "maxItems",
          "uniqueItems",
          "enum",
          "const",
          "oneOf",
          "pattern",
          "minLength",
          "maxLength",
          "minimum",
          "maximum");

  private final Json.Obj schema;
  private final Set<String> fields = new TreeSet<>();

  SchemaTest() throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    Path file = Path.of("docs", "schemas", "pod-policy.schema.json");
    while (!Files.exists(directory.resolve(file))) {
      directory = java.util.Objects.requireNonNull(directory.getParent(), "docs/schemas");
    }
    Bytes text = Bytes.of(Files.readAllBytes(directory.resolve(file)));
    this.schema = (Json.Obj) JsonParser.parse(text, JsonBudget.DOCUMENT);
  }

  @Test
  void describesThePolicyCompletely() {
    assertThat(check(schema, Policies.pod().toJson(), "")).isEmpty();
    assertThat(fields)
        .contains(
            "containers[].user.from.imageGroups",
            "containers[].terminationMessage.release",
            "pod.network.inbound[].mode",
            "volumes.*.files.*.content.sha256",
            "waivers[].reason");
  }

  @Test
  void refusesWhatTheReaderRefuses() {
    for (String[] change :
        new String[][] {
          {"\"role\":\"app\"", "\"role\":\"main\""},
          {"\"cwd\":\"/srv\"", "\"cwd\":\"srv\""},
          {"\"uid\":1000", "\"uid\":-1"},
          {"\"uid\":1000", "\"uid\":1000,\"extra\":1"},
          {"\"tty\":false,", ""},
          {"{\"fact\":\"podIP\"}", "{\"fact\":\"other\"}"},
          {"\"kind\":\"memory\"", "\"kind\":\"disk\""},
          {"\"composition\":1", "\"composition\":2"}
        }) {
      String text = dev.cloister.encoding.JsonWriter.canonical(Policies.pod().toJson());
      int at = text.lastIndexOf(change[0]);
      String changed = text.substring(0, at) + change[1] + text.substring(at + change[0].length());
      Json json = JsonParser.parse(Bytes.ofUtf8(changed), JsonBudget.DOCUMENT);
      assertThat(check(schema, json, "")).as(change[1]).isNotEmpty();
    }
  }

  private List<String> check(Json rule, Json value, String path) {
    Json.Obj object = (Json.Obj) rule;
    assertThat(KNOWN).containsAll(object.members().keySet());
    List<String> errors = new ArrayList<>();
    if (object.members().get("$ref") instanceof Json.Str reference) {
      Json.Obj definitions = member(schema, "$defs");
      return check(
          member(definitions, reference.value().substring("#/$defs/".length())), value, path);
    }
    if (object.members().get("oneOf") instanceof Json.Arr choices) {
      return oneOf(choices, value, path);
    }
    if (object.members().containsKey("const") && !value.equals(object.members().get("const"))) {
      errors.add(path + " is not " + object.members().get("const"));
    }
    if (object.members().get("enum") instanceof Json.Arr constants
        && !constants.elements().contains(value)) {
      errors.add(path + " is none of " + constants);
    }
    errors.addAll(
        switch (text(object, "type")) {
          case "object" -> checkObject(object, value, path);
          case "array" -> checkArray(object, value, path);
          case "string" -> checkString(object, value, path);
          case "integer" -> checkInteger(object, value, path);
          case "boolean" -> value instanceof Json.Bool ? List.of() : List.of(path + " boolean");
          default -> List.of();
        });
    return errors;
  }

  private List<String> oneOf(Json.Arr choices, Json value, String path) {
    int fitting = 0;
    for (Json choice : choices.elements()) {
      fitting += check(choice, value, path).isEmpty() ? 1 : 0;
    }
    return fitting == 1 ? List.of() : List.of(path + " fits " + fitting + " choices");
  }

  private List<String> checkObject(Json.Obj rule, Json value, String path) {
    if (!(value instanceof Json.Obj object)) {
      return List.of(path + " object");
    }
    List<String> errors = new ArrayList<>();
    if (rule.members().get("additionalProperties") instanceof Json.Obj each) {
      for (Json entry : object.members().values()) {
        errors.addAll(check(each, entry, path + ".*"));
      }
      return errors;
    }
    Json.Obj properties = member(rule, "properties");
    if (!properties.members().keySet().equals(object.members().keySet())) {
      errors.add(path + " has the fields " + object.members().keySet());
      return errors;
    }
    for (Map.Entry<String, Json> entry : object.members().entrySet()) {
      String field = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      fields.add(field);
      errors.addAll(check(member(properties, entry.getKey()), entry.getValue(), field));
    }
    return errors;
  }

  private List<String> checkArray(Json.Obj rule, Json value, String path) {
    if (!(value instanceof Json.Arr array)) {
      return List.of(path + " array");
    }
    List<String> errors = new ArrayList<>();
    for (Json element : array.elements()) {
      errors.addAll(check(member(rule, "items"), element, path + "[]"));
    }
    return errors;
  }

  private static List<String> checkString(Json.Obj rule, Json value, String path) {
    if (!(value instanceof Json.Str text)) {
      return List.of(path + " string");
    }
    String pattern = text(rule, "pattern");
    return Pattern.compile(pattern).matcher(text.value()).find()
        ? List.of()
        : List.of(path + " does not fit " + pattern);
  }

  private static List<String> checkInteger(Json.Obj rule, Json value, String path) {
    boolean fits =
        value instanceof Json.Num number
            && rule.members().get("minimum") instanceof Json.Num min
            && rule.members().get("maximum") instanceof Json.Num max
            && number.value() >= min.value()
            && number.value() <= max.value();
    return fits ? List.of() : List.of(path + " integer");
  }

  private static Json.Obj member(Json.Obj object, String name) {
    return (Json.Obj) java.util.Objects.requireNonNull(object.members().get(name), name);
  }

  private static String text(Json.Obj object, String name) {
    return object.members().get(name) instanceof Json.Str text ? text.value() : "";
  }
}
