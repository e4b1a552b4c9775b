package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the policy document as a whole; {@link PodReader}, {@link ContainerReader} its parts. */
final class PolicyReader {

  private PolicyReader() {}

  static PodPolicy read(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, PodPolicy.BUDGET), "");
    String schema = fields.string("schema");
    if (!schema.equals(PodPolicy.SCHEMA)) {
      throw unknownForm("schema", PodPolicy.SCHEMA, Grammar.shown(schema));
    }
    long composition = fields.integer("composition", 0, Integer.MAX_VALUE);
    if (composition != PodPolicy.COMPOSITION) {
      throw unknownForm("composition", "" + PodPolicy.COMPOSITION, "" + composition);
    }
    PodSettings pod = PodReader.pod(fields.object("pod"));
    Map<String, Volume> volumes = volumes(fields);
    List<ContainerPolicy> containers = containers(fields);
    List<Waiver> waivers = waivers(fields);
    fields.end();
    return new PodPolicy(pod, volumes, containers, waivers);
  }

  private static CloisterException unknownForm(String where, String known, String found) {
    return new CloisterException(PolicyError.SCHEMA, where, "must be " + known + ", is " + found);
  }

  private static Map<String, Volume> volumes(JsonFields fields) {
    Map<String, Volume> volumes = new TreeMap<>();
    Map<String, Json> members = members(fields, "volumes", PodPolicy.MAX_VOLUMES);
    for (Map.Entry<String, Json> member : members.entrySet()) {
      String path = "volumes[" + member.getKey() + "]";
      JsonFields volume = JsonFields.of(member.getValue(), path);
      try {
        volumes.put(member.getKey(), PodReader.volume(member.getKey(), volume));
      } catch (CloisterException e) {
        throw at(path, e);
      }
    }
    return volumes;
  }

  private static List<ContainerPolicy> containers(JsonFields fields) {
    List<ContainerPolicy> containers = new ArrayList<>();
    List<Json> elements =
        elements(fields.any("containers"), "containers", PodPolicy.MAX_CONTAINERS);
    for (int i = 0; i < elements.size(); i++) {
      String name = JsonFields.of(elements.get(i), "containers[" + i + "]").string("name");
      String path = "containers[" + (Grammar.isDnsLabel(name) ? name : Integer.toString(i)) + "]";
      try {
        containers.add(ContainerReader.container(JsonFields.of(elements.get(i), path)));
      } catch (CloisterException e) {
        throw at(path, e);
      }
    }
    return containers;
  }

  private static List<Waiver> waivers(JsonFields fields) {
    List<Waiver> waivers = new ArrayList<>();
    List<Json> elements = elements(fields.any("waivers"), "waivers", PodPolicy.MAX_WAIVERS);
    for (int i = 0; i < elements.size(); i++) {
      JsonFields waiver = JsonFields.of(elements.get(i), "waivers[" + i + "]");
      waivers.add(
          new Waiver(waiver.string("code"), waiver.string("path"), waiver.string("reason")));
      waiver.end();
    }
    return waivers;
  }

  /** The failure, with its place below {@code path} unless it names a path of its own already. */
  static CloisterException at(String path, CloisterException e) {
    boolean own = e.code() instanceof PolicyError && !e.where().startsWith(path);
    if (!own) {
      return e;
    }
    boolean joined = e.where().isEmpty() || e.where().startsWith("[");
    return new CloisterException(
        e.code(), joined ? path + e.where() : path + "." + e.where(), e.detail(), e);
  }

  /** The elements of the array that {@code json} must be. */
  static List<Json> elements(Json json, String path, int max) {
    if (!(json instanceof Json.Arr array)) {
      throw JsonFields.wrongType(path, "an array");
    }
    if (array.elements().size() > max) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED, path, "more than " + max + " elements");
    }
    return array.elements();
  }

  /** The members of the object that the field must be. */
  static Map<String, Json> members(JsonFields fields, String name, int max) {
    if (!(fields.any(name) instanceof Json.Obj object)) {
      throw JsonFields.wrongType(fields.path(name), "an object");
    }
    if (object.members().size() > max) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED, fields.path(name), "more than " + max + " entries");
    }
    return object.members();
  }

  /** The texts of the array that the field must be. */
  static List<String> strings(JsonFields fields, String name, int max) {
    List<String> texts = new ArrayList<>();
    List<Json> elements = elements(fields.any(name), fields.path(name), max);
    for (int i = 0; i < elements.size(); i++) {
      texts.add(JsonFields.asString(elements.get(i), fields.path(name) + "[" + i + "]"));
    }
    return texts;
  }

  /** The whole number from {@code min} to {@code max} that the field must be. */
  static int integer(JsonFields fields, String name, int min, int max) {
    return (int) fields.integer(name, min, max);
  }

  /** The constant whose word the field must be. */
  static <E extends Worded> E word(JsonFields fields, String name, E[] constants) {
    return word(fields.any(name), fields.path(name), constants);
  }

  /** The constant whose word {@code json} must be. */
  static <E extends Worded> E word(Json json, String path, E[] constants) {
    String text = JsonFields.asString(json, path);
    StringBuilder known = new StringBuilder();
    for (E constant : constants) {
      if (constant.word().equals(text)) {
        return constant;
      }
      known.append(known.isEmpty() ? "" : ", ").append(constant.word());
    }
    throw new CloisterException(
        PolicyError.VALUE, path, "must be one of " + known + ", is " + Grammar.shown(text));
  }

  static TemplatePart literal(String text, String path) {
    try {
      return new TemplatePart.Literal(text);
    } catch (CloisterException e) {
      throw at(path, e);
    }
  }

  static PodFact fact(Json element, String path) {
    JsonFields fields = JsonFields.of(element, path);
    PodFact fact = word(fields, "fact", PodFact.values());
    fields.end();
    return fact;
  }
}
