package dev.cloister.encoding;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final JsonBudget BUDGET = new JsonBudget(1 << 16, 16, 1 << 10);
  private static final int DEPTH = 32;
  private static final int LIMIT = 1 << 16;
  private static final List<Integer> CONSTRUCTED =
      List.of(DerReader.SEQUENCE, DerReader.SET, DerReader.context(0), DerReader.context(3));
  private static final List<Consumer<DerReader>> TYPES =
      List.of(
          DerReader::bool,
          DerReader::integer,
          DerReader::oid,
          DerReader::octets,
          DerReader::bits,
          DerReader::text,
          DerReader::time);

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    return Map.of(
        "json", FuzzDecoders::json, "der", input -> der(DerReader.of(input, "input", LIMIT), 0));
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    return Map.of(
        "json",
        List.of(
            Bytes.ofUtf8("{\"a\":[1,-2,true,false,null,\"\\u00e9\\n\\\\\"],\"b\":{}}"),
            Bytes.ofUtf8(" [ \"\\ud83d\\ude00\" , 9223372036854775807 ] ")),
        "der",
        List.of(
            DerWriter.sequence(
                DerWriter.integer(1), DerWriter.oid("1.2.840.10045.4.3.2"), DerWriter.utf8("a")),
            DerWriter.context(0, DerWriter.bits(Bytes.zeros(200)))));
  }

  /** What is read is the same when it is written and read again, in both forms. */
  private static void json(Bytes input) {
    Json value = JsonParser.parse(input, BUDGET);
    JsonBudget wide = new JsonBudget(1 << 20, 16, 1 << 10);
    if (!JsonParser.parse(JsonWriter.canonicalBytes(value), wide).equals(value)
        || !JsonParser.parse(Bytes.ofUtf8(JsonWriter.pretty(value)), wide).equals(value)) {
      throw new AssertionError("written and read again, it is another");
    }
  }

  /** Each element as everything that an element can be, and what is inside it. */
  private static void der(DerReader reader, int depth) {
    while (reader.hasMore()) {
      Bytes element = reader.element();
      for (Consumer<DerReader> type : TYPES) {
        try {
          type.accept(DerReader.of(element, "element", LIMIT));
        } catch (CloisterException _) {
          // Another type.
        }
      }
      for (int tag : CONSTRUCTED) {
        DerReader whole = DerReader.of(element, "element", LIMIT);
        if (whole.nextIs(tag) && depth < DEPTH) {
          der(whole.enter(tag), depth + 1);
        }
      }
    }
  }
}
