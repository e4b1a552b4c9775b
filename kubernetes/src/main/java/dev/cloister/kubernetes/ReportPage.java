package dev.cloister.kubernetes;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects the lines of a report: sections, labels in a column, texts after them. */
final class ReportPage {

  private static final int LABEL = 11;

  private final StringBuilder out = new StringBuilder();

  /** Begins a section. */
  void section(String title, String remark) {
    out.append('\n').append(title).append(remark.isEmpty() ? "" : "   " + remark).append('\n');
  }

  /** One line for each text, the first with the label. */
  void lines(String label, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      line(i == 0 ? label : "", texts.get(i));
    }
  }

  /** A line. */
  void line(String label, String text) {
    line(label, LABEL, text);
  }

  /** A line whose text begins after {@code width} characters. */
  void line(String label, int width, String text) {
    out.append("  ").append(label).append(" ".repeat(Math.max(1, width - label.length())));
    out.append(text).append('\n');
  }

  /** A line without a label. */
  void plain(String text) {
    out.append(text).append('\n');
  }

  /** All lines. */
  @Override
  public String toString() {
    return out.toString();
  }

  /** A number with its noun. */
  static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** Numbers with commas between. */
  static String numbers(List<Long> numbers) {
    List<String> texts = new ArrayList<>();
    numbers.forEach(number -> texts.add(Long.toString(number)));
    return String.join(",", texts);
  }

  /** Arguments so that each can be told from the next: quoted where they are not plain words. */
  static String words(List<String> arguments) {
    List<String> shown = new ArrayList<>();
    for (String argument : arguments) {
      shown.add(
          isPlainWord(argument) ? argument : harmless(JsonWriter.canonical(Json.of(argument))));
    }
    return String.join(" ", shown);
  }

  /** Characters that would move a terminal's cursor or turn its text around, as escapes. */
  private static String harmless(String json) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      int type = Character.getType(c);
      boolean hidden =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      out.append(hidden ? String.format(Locale.ROOT, "\\u%04x", (int) c) : c);
    }
    return out.toString();
  }

  private static boolean isPlainWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "-_./:=,+@%${}".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
