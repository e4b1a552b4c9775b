package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Changes in the text of one file, which leave everything else in it as it is: comments, order,
 * quotes. Not thread-safe.
 */
final class TextEdits {

  private final YamlDocuments file;
  private final List<Edit> edits = new ArrayList<>();
  private final String lineEnd;

  TextEdits(YamlDocuments file) {
    this.file = file;
    this.lineEnd = file.text().contains("\r\n") ? "\r\n" : "\n";
  }

  private record Edit(int start, int end, String text, Position at) {}

  /** The text with all changes. */
  String apply() {
    List<Edit> sorted = new ArrayList<>(edits);
    sorted.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Edit edit : sorted) {
      if (edit.start() < at) {
        throw notRewritable(edit.at(), "two pods want different values here");
      }
      out.append(file.text(), at, edit.start()).append(edit.text());
      at = edit.end();
    }
    return out.append(file.text(), at, file.text().length()).toString();
  }

  /** Gives a scalar another text, in its own style. */
  void replace(YamlNode node, String text) {
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw notRewritable(node.place().at(), "a text was expected");
    }
    if (scalar.text().equals(text) && !scalar.isNull()) {
      return;
    }
    boolean decorated = scalar.place().form() == YamlNode.Form.DECORATED;
    if (decorated || scalar.style() == YamlNode.Style.LINES) {
      throw notRewritable(scalar.place().at(), "write the value on one line, without anchor");
    }
    put(scalar.place(), scalar.place().start(), scalar.place().end(), styled(scalar, text));
  }

  private String styled(YamlNode.Scalar scalar, String text) {
    if (scalar.place().form() == YamlNode.Form.FLOW) {
      char quote = file.text().charAt(scalar.place().start());
      return quote == '\'' ? "'" + text + "'" : "\"" + text + "\"";
    }
    return text;
  }

  /** Sets a field of a mapping; a field that is missing becomes the first. */
  void set(YamlNode.Mapping mapping, String field, String value) {
    YamlNode.Entry entry = mapping.entries().get(field);
    if (entry == null) {
      insert(mapping, field + ": " + value);
    } else if (entry.value().isNull()) {
      fill(entry, value);
    } else {
      replace(entry.value(), value.startsWith("\"") ? unquoted(value) : value);
    }
  }

  private static String unquoted(String value) {
    return value.substring(1, value.length() - 1);
  }

  /** Sets {@code outer.inner} below a mapping, making what is missing. */
  void setBelow(YamlNode.Mapping mapping, List<String> outer, String field, String value) {
    if (outer.isEmpty()) {
      set(mapping, field, value);
      return;
    }
    YamlNode.Entry entry = mapping.entries().get(outer.getFirst());
    List<String> rest = outer.subList(1, outer.size());
    if (entry == null) {
      insert(mapping, nested(outer, field, value, mapping));
    } else if (entry.value() instanceof YamlNode.Mapping inner) {
      setBelow(inner, rest, field, value);
    } else {
      fill(entry, braced(rest, field, value));
    }
  }

  private static String braced(List<String> outer, String field, String value) {
    StringBuilder text = new StringBuilder("{");
    outer.forEach(name -> text.append(name).append(": {"));
    return text.append(field)
        .append(": ")
        .append(value)
        .append("}".repeat(outer.size() + 1))
        .toString();
  }

  /** The new fields in the style of the mapping: in lines, or in braces. */
  private String nested(List<String> outer, String field, String value, YamlNode.Mapping mapping) {
    if (mapping.place().form() == YamlNode.Form.FLOW) {
      return outer.getFirst() + ": " + braced(outer.subList(1, outer.size()), field, value);
    }
    StringBuilder text = new StringBuilder();
    int indent = column(mapping);
    for (String name : outer) {
      indent += 2;
      text.append(name).append(':').append(lineEnd).append(" ".repeat(indent));
    }
    return text.append(field).append(": ").append(value).toString();
  }

  /** Spaces before the keys of a mapping in block style. */
  private static int column(YamlNode.Mapping mapping) {
    return mapping.place().at().column() - 1;
  }

  private void insert(YamlNode.Mapping mapping, String text) {
    YamlNode.Place place = mapping.place();
    switch (place.form()) {
      case FLOW ->
          put(
              place,
              place.start() + 1,
              place.start() + 1,
              mapping.entries().isEmpty() ? text : text + ", ");
      case BLOCK -> insertLine(mapping, text);
      case DECORATED, ALIASED ->
          throw notRewritable(place.at(), "a field has to be added to this mapping");
    }
  }

  /** Before the first key, and before the comments that speak of it where it begins its line. */
  private void insertLine(YamlNode.Mapping mapping, String text) {
    YamlNode.Place place = mapping.place();
    String indent = " ".repeat(column(mapping));
    int lineStart = lineStart(place.start());
    String before = file.text().substring(lineStart, place.start());
    if (before.isBlank()) {
      int at = aboveComments(lineStart);
      put(place, at, at, indent + text + lineEnd);
    } else if (before.chars().allMatch(c -> c == ' ' || c == '-')) {
      put(place, place.start(), place.start(), text + lineEnd + indent);
    } else {
      throw notRewritable(place.at(), "a field has to be added to this mapping");
    }
  }

  private int lineStart(int offset) {
    return file.text().lastIndexOf('\n', offset - 1) + 1;
  }

  /** The start of the first of the comment lines and empty lines that end at this line. */
  private int aboveComments(int lineStart) {
    int at = lineStart;
    while (at > 0) {
      int previous = lineStart(at - 1);
      String line = file.text().substring(previous, at).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        return at;
      }
      at = previous;
    }
    return at;
  }

  private void fill(YamlNode.Entry entry, String value) {
    YamlNode.Place place = entry.value().place();
    boolean plain = place.form() == YamlNode.Form.BLOCK;
    if (!plain || !entry.value().isNull()) {
      throw notRewritable(place.at(), "a mapping was expected");
    }
    boolean written = place.start() != place.end();
    put(place, place.start(), place.end(), written ? value : " " + value);
  }

  private void put(YamlNode.Place place, int start, int end, String text) {
    if (!place.at().file().equals(file.file())) {
      throw new IllegalArgumentException("an edit of another file");
    }
    for (Edit edit : edits) {
      boolean same = edit.start() == start && edit.end() == end;
      if (same && edit.text().equals(text)) {
        return;
      }
      if (same) {
        throw notRewritable(place.at(), "two pods want different values here");
      }
    }
    edits.add(new Edit(start, end, text, place.at()));
  }

  private static CloisterException notRewritable(Position at, String why) {
    return new CloisterException(KubernetesError.NOT_REWRITABLE, at.toString(), why);
  }
}
