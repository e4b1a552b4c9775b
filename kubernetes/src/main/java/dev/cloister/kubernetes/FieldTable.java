package dev.cloister.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The handling of every field of the API types that describe pods, read from the resource {@code
 * fields.txt}. A field that is not in it is unknown, and refused.
 */
public final class FieldTable {

  private static final FieldTable STANDARD = load();

  private final Map<String, Map<String, FieldRule>> types;

  private FieldTable(Map<String, Map<String, FieldRule>> types) {
    this.types = Collections.unmodifiableMap(types);
  }

  /** The table of this version. */
  public static FieldTable standard() {
    return STANDARD;
  }

  /** The names of all types. */
  public Set<String> types() {
    return types.keySet();
  }

  /**
   * The rules of a type by field, in the order of the table.
   *
   * @throws IllegalArgumentException for a type that the table does not have
   */
  public Map<String, FieldRule> of(String type) {
    Map<String, FieldRule> rules = types.get(type);
    if (rules == null) {
      throw new IllegalArgumentException("no such type: " + type);
    }
    return rules;
  }

  private static FieldTable load() {
    Map<String, Map<String, FieldRule>> types = new LinkedHashMap<>();
    for (String line : resource().split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        FieldRule rule = rule(line);
        Map<String, FieldRule> rules =
            types.computeIfAbsent(rule.type(), _ -> new LinkedHashMap<>());
        if (rules.put(rule.field(), rule) != null) {
          throw new IllegalStateException("field twice: " + line);
        }
      }
    }
    return new FieldTable(types);
  }

  private static FieldRule rule(String line) {
    String[] parts = line.split(" ", 5);
    if (parts.length < 4) {
      throw new IllegalStateException("not a rule: " + line);
    }
    Handling handling =
        switch (parts[2]) {
          case "M" -> Handling.MEASURED;
          case "H" -> Handling.HOST_ONLY;
          case "X" -> Handling.REFUSED;
          default -> throw new IllegalStateException("not a handling: " + line);
        };
    String remedy = parts.length == 5 ? parts[4] : "";
    if (remedy.isEmpty() == (handling == Handling.REFUSED)) {
      throw new IllegalStateException("a remedy is needed where a field is refused: " + line);
    }
    return new FieldRule(parts[0], parts[1], handling, parts[3], remedy);
  }

  private static String resource() {
    try (InputStream in = FieldTable.class.getResourceAsStream("fields.txt")) {
      if (in == null) {
        throw new IllegalStateException("fields.txt is missing from the module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
