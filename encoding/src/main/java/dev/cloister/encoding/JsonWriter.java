package dev.cloister.encoding;

import java.util.Map;
import java.util.TreeMap;

/**
 * Writes JSON: in canonical form (RFC 8785: no white space, keys sorted by UTF-16 code units,
 * shortest escapes), or indented for people, in the order of its members.
 */
public final class JsonWriter {

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;

  private JsonWriter(boolean pretty) {
    this.pretty = pretty;
  }

  /** The canonical text: equal values give equal bytes. */
  public static String canonical(Json value) {
    JsonWriter writer = new JsonWriter(false);
    writer.write(value, 0);
    return writer.out.toString();
  }

  /** The canonical text as UTF-8. */
  public static Bytes canonicalBytes(Json value) {
    return Bytes.ofUtf8(canonical(value));
  }

  /** The text for people: two spaces an indent, one member a line, a line feed at the end. */
  public static String pretty(Json value) {
    JsonWriter writer = new JsonWriter(true);
    writer.write(value, 0);
    return writer.out.append('\n').toString();
  }

  private void write(Json value, int indent) {
    switch (value) {
      case Json.Obj object -> writeObject(object, indent);
      case Json.Arr array -> writeArray(array, indent);
      case Json.Str string -> writeString(string.value());
      case Json.Num number -> out.append(number.value());
      case Json.Bool bool -> out.append(bool.value());
      case Json.Null _ -> out.append("null");
    }
  }

  private void writeObject(Json.Obj object, int indent) {
    Map<String, Json> members = pretty ? object.members() : new TreeMap<>(object.members());
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, Json> member : members.entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      newLine(indent + 1);
      writeString(member.getKey());
      out.append(pretty ? ": " : ":");
      write(member.getValue(), indent + 1);
    }
    if (!first) {
      newLine(indent);
    }
    out.append('}');
  }

  private void writeArray(Json.Arr array, int indent) {
    out.append('[');
    boolean first = true;
    for (Json element : array.elements()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      newLine(indent + 1);
      write(element, indent + 1);
    }
    if (!first) {
      newLine(indent);
    }
    out.append(']');
  }

  private void writeString(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      writeChar(text.charAt(i));
    }
    out.append('"');
  }

  private void writeChar(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20) {
          out.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
        } else {
          out.append(c);
        }
      }
    }
  }

  private void newLine(int indent) {
    if (pretty) {
      out.append('\n').repeat("  ", indent);
    }
  }
}
