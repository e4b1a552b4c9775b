package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Reports and quotes explained: no byte is left out. */
class InspectionTest {

  private static void assertWhole(Bytes evidence) {
    int at = 0;
    for (Inspection.Field field : Inspection.of(evidence).fields()) {
      assertThat(field.offset()).describedAs(field.name()).isEqualTo(at);
      at += field.size();
    }
    assertThat(at).isEqualTo(evidence.size());
  }

  @Test
  void explainsEveryByteOfAReport() {
    assertWhole(TestVendor.report().sign());
  }

  @Test
  void explainsEveryByteOfAQuote() {
    assertWhole(TestPlatform.quote().sign());
    assertWhole(TestPlatform.quote15().sign());
  }

  @Test
  void saysWhatIsOdd() {
    Bytes quote = TestPlatform.quote15().sign();
    assertThat(Inspection.of(quote).odd()).contains("70 zeros follow the quote");
    byte[] other = quote.toArray();
    other[54 + 584] ^= 1;
    assertThat(Inspection.of(Bytes.of(other)).odd())
        .contains("TEE_TCB_SVN_2: the TDX module was updated since the TD was launched");
    Bytes cut = quote.slice(0, 700);
    assertThat(Inspection.of(cut).odd()).anyMatch(sentence -> sentence.startsWith("CL-ATT-050"));
  }

  @TestFactory
  Stream<DynamicTest> explainsEveryByteOfEveryGenuineQuote() {
    return Vectors.find().stream()
        .flatMap(vectors ->
            ((Json.Arr) vectors.json("derived/tdx_expected.json").json())
                .elements().stream()
                    .map(Vectors.Node::new)
                    .map(quote ->
                        dynamicTest(
                            quote.text("id"),
                            () -> assertWhole(vectors.read(quote.text("quote"))))));
  }

  @TestFactory
  Stream<DynamicTest> explainsEveryByteOfEveryGenuineReport() {
    return Vectors.find().stream()
        .flatMap(vectors ->
            vectors.reports().stream()
                .map(report -> dynamicTest(report.id(), () -> assertWhole(report.report()))));
  }
}
