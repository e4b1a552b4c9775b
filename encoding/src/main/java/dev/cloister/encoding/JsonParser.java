package dev.cloister.encoding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads strict JSON (RFC 8259) within a budget. Refused: a byte order mark, duplicate keys, numbers
 * that are not plain 64-bit integers, lone surrogates, trailing text, anything over the budget. One
 * use, one thread.
 */
public final class JsonParser {

  private final String text;
  private final JsonBudget budget;
  private int at;
  private int values;

  private JsonParser(String text, JsonBudget budget) {
    this.text = text;
    this.budget = budget;
  }

  /**
   * Reads one value, which must be the whole input.
   *
   * @throws CloisterException with one of the {@code JSON_*} codes, {@link EncodingError#NOT_UTF8}
   *     or {@link EncodingError#BUDGET_EXCEEDED}; the place is {@code line:column}
   */
  public static Json parse(Bytes input, JsonBudget budget) {
    if (input.size() > budget.bytes()) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED,
          "",
          input.size() + " bytes of JSON where " + budget.bytes() + " are allowed");
    }
    JsonParser parser = new JsonParser(input.toUtf8(), budget);
    Json value = parser.value(0);
    parser.skipSpace();
    if (parser.at < parser.text.length()) {
      throw parser.syntax("text after the value");
    }
    return value;
  }

  private Json value(int depth) {
    if (++values > budget.values()) {
      throw over("more than " + budget.values() + " values");
    }
    skipSpace();
    char c = peek();
    return switch (c) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> new Json.Str(string());
      case 't' -> literal("true", new Json.Bool(true));
      case 'f' -> literal("false", new Json.Bool(false));
      case 'n' -> literal("null", new Json.Null());
      default -> number();
    };
  }

  private Json object(int depth) {
    checkDepth(depth);
    at++;
    Map<String, Json> members = new LinkedHashMap<>();
    skipSpace();
    if (peek() == '}') {
      at++;
      return new Json.Obj(members);
    }
    while (true) {
      skipSpace();
      if (peek() != '"') {
        throw syntax("expected a key in double quotes");
      }
      String key = string();
      if (members.containsKey(key)) {
        throw new CloisterException(
            EncodingError.JSON_DUPLICATE_KEY, place(), "key \"" + key + "\" stands twice");
      }
      skipSpace();
      expect(':');
      members.put(key, value(depth));
      skipSpace();
      if (peek() == ',') {
        at++;
      } else {
        expect('}');
        return new Json.Obj(members);
      }
    }
  }

  private Json array(int depth) {
    checkDepth(depth);
    at++;
    List<Json> elements = new ArrayList<>();
    skipSpace();
    if (peek() == ']') {
      at++;
      return new Json.Arr(elements);
    }
    while (true) {
      elements.add(value(depth));
      skipSpace();
      if (peek() == ',') {
        at++;
      } else {
        expect(']');
        return new Json.Arr(elements);
      }
    }
  }

  private String string() {
    at++;
    int start = at;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    if (peek() == '"') {
      return text.substring(start, at++);
    }
    StringBuilder out = new StringBuilder(text.substring(start, at));
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      }
      if (c < 0x20) {
        throw syntax("control character in a text");
      }
      if (c == '\\') {
        escape(out);
      } else {
        out.append(c);
      }
    }
  }

  /** Whether the character stands for itself inside a text. */
  private static boolean isPlain(char c) {
    return c >= 0x20 && c != '"' && c != '\\';
  }

  private void escape(StringBuilder out) {
    char c = peek();
    at++;
    switch (c) {
      case '"', '\\', '/' -> out.append(c);
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'u' -> unicode(out);
      default -> throw syntax("unknown escape \\" + c);
    }
  }

  private void unicode(StringBuilder out) {
    char first = hex4();
    if (Character.isLowSurrogate(first)) {
      throw syntax("lone surrogate");
    }
    out.append(first);
    if (Character.isHighSurrogate(first)) {
      if (!text.startsWith("\\u", at)) {
        throw syntax("lone surrogate");
      }
      at += 2;
      char second = hex4();
      if (!Character.isLowSurrogate(second)) {
        throw syntax("lone surrogate");
      }
      out.append(second);
    }
  }

  private char hex4() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw syntax("bad \\u escape");
      }
      value = value << 4 | digit;
      at++;
    }
    return (char) value;
  }

  private Json number() {
    int start = at;
    if (peek() == '-') {
      at++;
    }
    int digits = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == digits) {
      throw syntax("expected a value");
    }
    if (text.charAt(digits) == '0' && at > digits + 1) {
      throw syntax("number with a leading zero");
    }
    if (at < text.length() && ".eE".indexOf(text.charAt(at)) >= 0) {
      throw syntax("only whole numbers are allowed");
    }
    String number = text.substring(start, at);
    if (number.equals("-0")) {
      throw syntax("minus zero");
    }
    try {
      return new Json.Num(Long.parseLong(number));
    } catch (NumberFormatException e) {
      throw new CloisterException(EncodingError.JSON_SYNTAX, place(), "number beyond 64 bits", e);
    }
  }

  private Json literal(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw syntax("expected a value");
    }
    at += word.length();
    return value;
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw syntax("expected '" + wanted + "'");
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw syntax("unexpected end");
    }
    return text.charAt(at);
  }

  private void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private void checkDepth(int depth) {
    if (depth > budget.depth()) {
      throw over("nested deeper than " + budget.depth());
    }
  }

  private CloisterException over(String detail) {
    return new CloisterException(EncodingError.BUDGET_EXCEEDED, place(), detail);
  }

  private CloisterException syntax(String detail) {
    return new CloisterException(EncodingError.JSON_SYNTAX, place(), detail);
  }

  private String place() {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return line + ":" + column;
  }
}
