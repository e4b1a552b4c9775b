package dev.cloister.policy;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Names the paths in which two policies differ, in the order of the document: the answer to "what
 * is not as it was measured". Containers are compared by name, whatever their place.
 */
public final class PolicyDiff {

  /** Most differences that are told. */
  public static final int MAX_DIFFERENCES = 1000;

  /** Objects whose members are entries, not fields: their paths have brackets. */
  private static final Set<String> MAPS =
      Set.of("env", "mounts", "volumes", "exec", "sysctls", "files");

  private final List<Difference> differences = new ArrayList<>();

  private PolicyDiff() {}

  /**
   * One difference.
   *
   * @param path for example {@code containers[web].env[MODE]}
   * @param before value in the first policy, as JSON, cut after 200 characters; {@code absent}
   *     where it has none
   * @param after value in the second policy
   */
  public record Difference(String path, String before, String after) {

    /** {@code PATH: BEFORE -> AFTER}. */
    @Override
    public String toString() {
      return path + ": " + before + " -> " + after;
    }
  }

  /** All differences; none where the policies are equal. */
  public static List<Difference> compare(PodPolicy before, PodPolicy after) {
    PolicyDiff diff = new PolicyDiff();
    diff.objects("", before.toJson(), after.toJson(), false);
    return List.copyOf(diff.differences);
  }

  private void objects(String path, Json.Obj before, Json.Obj after, boolean map) {
    Set<String> names = new TreeSet<>(before.members().keySet());
    names.addAll(after.members().keySet());
    for (String name : names) {
      String field = path.isEmpty() ? name : path + "." + name;
      values(
          map ? path + "[" + name + "]" : field,
          name,
          before.members().get(name),
          after.members().get(name));
    }
  }

  private void values(String path, String name, @Nullable Json before, @Nullable Json after) {
    if (before instanceof Json.Obj one && after instanceof Json.Obj other) {
      objects(path, one, other, MAPS.contains(name));
    } else if (before instanceof Json.Arr one && after instanceof Json.Arr other) {
      arrays(path, one, other);
    } else if (before == null || !before.equals(after)) {
      add(path, shown(before), shown(after));
    }
  }

  private void arrays(String path, Json.Arr before, Json.Arr after) {
    if (path.equals("containers")) {
      containers(byName(before), byName(after));
    } else if (isTemplate(before) || isTemplate(after)) {
      if (!before.equals(after)) {
        add(path, shown(before), shown(after));
      }
    } else {
      elements(path, before.elements(), after.elements());
    }
  }

  private void elements(String path, List<Json> before, List<Json> after) {
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      values(
          path + "[" + i + "]",
          "",
          i < before.size() ? before.get(i) : null,
          i < after.size() ? after.get(i) : null);
    }
  }

  private void containers(Map<String, Json> before, Map<String, Json> after) {
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      String path = "containers[" + name + "]";
      if (before.containsKey(name) != after.containsKey(name)) {
        add(
            path,
            before.containsKey(name) ? "declared" : "absent",
            after.containsKey(name) ? "declared" : "absent");
      } else {
        values(path, "", before.get(name), after.get(name));
      }
    }
    List<String> order = new ArrayList<>(before.keySet());
    List<String> newOrder = new ArrayList<>(after.keySet());
    if (!order.equals(newOrder) && before.keySet().equals(after.keySet())) {
      add("containers", String.join(", ", order), String.join(", ", newOrder));
    }
  }

  private static Map<String, Json> byName(Json.Arr containers) {
    Map<String, Json> byName = new LinkedHashMap<>();
    for (Json container : containers.elements()) {
      if (container instanceof Json.Obj object
          && object.members().get("name") instanceof Json.Str name) {
        byName.put(name.value(), container);
      }
    }
    return byName;
  }

  private static boolean isTemplate(Json.Arr array) {
    for (Json element : array.elements()) {
      if (element instanceof Json.Obj object && object.members().containsKey("fact")) {
        return true;
      }
    }
    return false;
  }

  private void add(String path, String before, String after) {
    if (differences.size() < MAX_DIFFERENCES) {
      differences.add(new Difference(path, before, after));
    }
  }

  private static String shown(@Nullable Json value) {
    if (value == null) {
      return "absent";
    }
    String text = JsonWriter.canonical(value);
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }
}
