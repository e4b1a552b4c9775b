package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.Map;

/** Reads single values, and checks values that nobody reads against the shape of their field. */
final class Shapes {

  private Shapes() {}

  /** Checks a value against the shape that the {@link FieldTable} gives. */
  static void check(YamlNode value, String shape, String path) {
    switch (shape) {
      case "any" -> {}
      case "text" -> text(value, path);
      case "bool" -> bool(value, path);
      case "int" -> integer(value, path, Long.MIN_VALUE, Long.MAX_VALUE);
      case "number" -> number(value, path);
      case "port" -> port(value, path);
      case "map" -> mapping(value, path);
      case "list" -> sequence(value, path);
      default -> checkType(value, shape, path);
    }
  }

  private static void checkType(YamlNode value, String shape, String path) {
    if (shape.startsWith("list:")) {
      int i = 0;
      for (YamlNode element : sequence(value, path).elements()) {
        checkObject(element, shape.substring(5), path + "[" + i++ + "]");
      }
    } else {
      checkObject(value, shape, path);
    }
  }

  private static void checkObject(YamlNode value, String type, String path) {
    Map<String, FieldRule> rules = FieldTable.standard().of(type);
    for (Map.Entry<String, YamlNode.Entry> entry : mapping(value, path).entries().entrySet()) {
      FieldRule rule = rules.get(entry.getKey());
      String where = path + "." + entry.getKey();
      if (rule == null) {
        throw new CloisterException(
            KubernetesError.UNKNOWN_FIELD,
            entry.getValue().key().place().at() + " " + where,
            "no such field" + Words.didYouMean(entry.getKey(), rules.keySet()));
      }
      if (!entry.getValue().value().isNull()) {
        check(entry.getValue().value(), rule.shape(), where);
      }
    }
  }

  /** Whether the value means the same as no value: null, false, empty. */
  static boolean isLikeAbsent(YamlNode value) {
    return switch (value) {
      case YamlNode.Mapping _ -> false;
      case YamlNode.Sequence sequence -> sequence.elements().isEmpty();
      case YamlNode.Scalar scalar ->
          switch (scalar.value()) {
            case YamlValue.Null _ -> true;
            case YamlValue.Bool bool -> !bool.value();
            case YamlValue.Text text -> text.text().isEmpty();
            case YamlValue.Int _ -> false;
            case YamlValue.Decimal _ -> false;
          };
    };
  }

  static String text(YamlNode value, String path) {
    if (value instanceof YamlNode.Scalar scalar && scalar.value() instanceof YamlValue.Text text) {
      return text.text();
    }
    boolean quotable = value instanceof YamlNode.Scalar && !value.isNull();
    String remedy = quotable ? "; write it in quotes" : "";
    throw wrongType(value, path, "a text", remedy);
  }

  static boolean bool(YamlNode value, String path) {
    if (value instanceof YamlNode.Scalar scalar && scalar.value() instanceof YamlValue.Bool bool) {
      return bool.value();
    }
    throw wrongType(value, path, "true or false");
  }

  static long integer(YamlNode value, String path, long min, long max) {
    if (value instanceof YamlNode.Scalar scalar && scalar.value() instanceof YamlValue.Int number) {
      if (number.value() < min || number.value() > max) {
        throw new CloisterException(
            KubernetesError.BAD_VALUE,
            value.place().at() + " " + path,
            "must be from " + min + " to " + max + ", is " + number.value());
      }
      return number.value();
    }
    throw wrongType(value, path, "a whole number");
  }

  /** The text of a quantity, which may be written as a number. */
  static String number(YamlNode value, String path) {
    if (value instanceof YamlNode.Scalar scalar) {
      switch (scalar.value()) {
        case YamlValue.Text text -> {
          return text.text();
        }
        case YamlValue.Int number -> {
          return Long.toString(number.value());
        }
        case YamlValue.Decimal number -> {
          return number.written();
        }
        case YamlValue.Bool _ -> {}
        case YamlValue.Null _ -> {}
      }
    }
    throw wrongType(value, path, "a quantity");
  }

  /** A port's number or name, as a text. */
  static String port(YamlNode value, String path) {
    if (value instanceof YamlNode.Scalar scalar
        && scalar.value() instanceof YamlValue.Text text
        && !text.text().isEmpty()) {
      return text.text();
    }
    return Long.toString(integer(value, path, 1, 65_535));
  }

  static YamlNode.Mapping mapping(YamlNode value, String path) {
    if (value instanceof YamlNode.Mapping mapping) {
      return mapping;
    }
    throw wrongType(value, path, "a mapping");
  }

  static YamlNode.Sequence sequence(YamlNode value, String path) {
    if (value instanceof YamlNode.Sequence sequence) {
      return sequence;
    }
    throw wrongType(value, path, "a list");
  }

  static CloisterException wrongType(YamlNode value, String path, String wanted) {
    return wrongType(value, path, wanted, "");
  }

  private static CloisterException wrongType(
      YamlNode value, String path, String wanted, String remedy) {
    String shown =
        value instanceof YamlNode.Scalar scalar && !value.isNull()
            ? " (" + Words.quoted(scalar.text()) + ")"
            : "";
    return new CloisterException(
        KubernetesError.WRONG_TYPE,
        value.place().at() + " " + path,
        "must be " + wanted + ", is " + value.kind() + shown + remedy);
  }
}
