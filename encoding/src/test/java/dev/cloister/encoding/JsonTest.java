package dev.cloister.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private static Json parse(String text) {
    return JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT);
  }

  private static void assertRefused(String text, EncodingError code) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void readsEveryKindOfValue() {
    Json value = parse("{\"a\": [1, -2, true, false, null, \"x\\u00e9\\n\\ud83d\\ude00\"]}");
    assertThat(JsonWriter.canonical(value)).isEqualTo("{\"a\":[1,-2,true,false,null,\"xé\\n😀\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "'a'",
        "01",
        "-",
        "-0",
        "1.0",
        "1e3",
        "+1",
        "9223372036854775808",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "\"\\ud800\\u0041\"",
        "\"a",
        "\"\t\"",
        "tru",
        "nulll",
        "1 2",
        "[1 2]",
        "{\"a\" 1}",
        "\"\\u00g0\"",
        "\ufeff1",
        "\"\\u0٣00\"",
        "NaN",
        "[",
        "{\"a\":",
        "/**/1"
      })
  void refusesWhatIsNotStrictJson(String text) {
    assertRefused(text, EncodingError.JSON_SYNTAX);
  }

  @Test
  void refusesOneKeyTwice() {
    assertRefused("{\"a\":1,\"\\u0061\":2}", EncodingError.JSON_DUPLICATE_KEY);
  }

  @Test
  void namesLineAndColumn() {
    assertThatThrownBy(() -> parse("{\n  \"a\": x}"))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.where()).isEqualTo("2:8"));
  }

  @ParameterizedTest
  @CsvSource({"5,9,9", "99,2,9", "99,9,3"})
  void refusesWhatIsOverBudget(int bytes, int depth, int values) {
    assertThatThrownBy(
            () -> JsonParser.parse(Bytes.ofUtf8("[[[1,2]]]"), new JsonBudget(bytes, depth, values)))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.BUDGET_EXCEEDED));
  }

  @Test
  void survivesDeepNestingWithoutOverflowingTheStack() {
    assertRefused("[".repeat(1 << 19), EncodingError.BUDGET_EXCEEDED);
  }

  @Test
  void readsBackWhatItWrote() {
    Random random = new Random(42);
    for (int i = 0; i < 2000; i++) {
      Json value = randomValue(random, 4);
      assertThat(parse(JsonWriter.canonical(value))).isEqualTo(value);
      assertThat(parse(JsonWriter.pretty(value))).isEqualTo(value);
    }
  }

  @Test
  void neverFailsOtherwiseThanByARefusal() {
    Random random = new Random(7);
    byte[] good =
        "{\"a\":[1,{\"b\":\"\\u0041\"},true,null],\"c\":-9}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        JsonParser.parse(Bytes.of(bad), JsonBudget.DOCUMENT);
      } catch (CloisterException expected) {
        assertThat(expected.code()).isInstanceOf(EncodingError.class);
      }
    }
  }

  @Test
  void sortsKeysInCanonicalFormByCodeUnits() {
    // RFC 8785 section 3.2.3: UTF-16 code units, not code points
    assertThat(JsonWriter.canonical(parse("{\"\\ufb33\":1,\"\\ud83d\\ude02\":2,\"a\":3}")))
        .isEqualTo("{\"a\":3,\"\ud83d\ude02\":2,\"\ufb33\":1}");
  }

  @Test
  void refusesAFieldThatNobodyTook() {
    JsonFields fields = JsonFields.of(parse("{\"known\":\"x\",\"extra\":{\"y\":1}}"), "doc");
    assertThat(fields.string("known")).isEqualTo("x");
    assertThatThrownBy(fields::end)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(EncodingError.JSON_UNKNOWN_FIELD);
              assertThat(e.where()).isEqualTo("doc.extra");
            });
  }

  @Test
  void namesThePathOfAMissingFieldAndOfAWrongType() {
    JsonFields fields = JsonFields.of(parse("{\"list\":[\"a\",1]}"), "");
    assertThatThrownBy(() -> fields.string("name"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.JSON_MISSING_FIELD));
    assertThatThrownBy(() -> fields.strings("list", 10))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.where()).isEqualTo("list[1]"));
    assertThatThrownBy(() -> fields.strings("list", 1))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.BUDGET_EXCEEDED));
  }

  private static Json randomValue(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> Json.of(random.nextLong());
      case 1 -> Json.of(randomText(random));
      case 2 -> Json.of(random.nextBoolean());
      case 3 -> new Json.Null();
      case 4 -> {
        List<Json> elements = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
          elements.add(randomValue(random, depth - 1));
        }
        yield Json.of(elements);
      }
      default -> {
        Json.ObjectBuilder object = Json.object();
        for (int n = random.nextInt(4); n > 0; n--) {
          object.put(n + randomText(random), randomValue(random, depth - 1));
        }
        yield object.build();
      }
    };
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(6); n > 0; n--) {
      int point = random.nextInt(0x11_0000);
      text.appendCodePoint(Character.getType(point) == Character.SURROGATE ? '"' : point);
    }
    return text.toString();
  }
}
