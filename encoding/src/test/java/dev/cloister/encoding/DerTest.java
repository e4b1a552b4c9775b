package dev.cloister.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerTest {

  private static DerReader reader(String hex) {
    return DerReader.of(Bytes.ofHex(hex), "test", 1024);
  }

  private static DerReader reader(Bytes der) {
    return DerReader.of(der, "test", 1 << 20);
  }

  private static void assertMalformed(String hex, Consumer<DerReader> read) {
    assertThatThrownBy(() -> read.accept(reader(hex)))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.DER_MALFORMED));
  }

  @Test
  void readsWhatItWrites() {
    Instant time = Instant.parse("2026-06-01T12:34:56Z");
    Instant late = Instant.parse("2050-01-01T00:00:00Z");
    DerReader in =
        reader(
            DerWriter.sequence(
                DerWriter.bool(true),
                DerWriter.integer(-129),
                DerWriter.oid("1.3.6.1.4.1.3704.1.3.8"),
                DerWriter.octets(Bytes.zeros(300)),
                DerWriter.bits(Bytes.ofHex("0102")),
                DerWriter.utf8("grün"),
                DerWriter.printable("US"),
                DerWriter.ia5("CN=a"),
                DerWriter.time(time),
                DerWriter.time(late),
                DerWriter.nothing(),
                DerWriter.context(3, DerWriter.set(DerWriter.integer(7)))));
    DerReader all = in.enter(DerReader.SEQUENCE);
    in.end();
    assertThat(all.bool()).isTrue();
    assertThat(all.integer()).isEqualTo(BigInteger.valueOf(-129));
    assertThat(all.oid()).isEqualTo("1.3.6.1.4.1.3704.1.3.8");
    assertThat(all.octets()).isEqualTo(Bytes.zeros(300));
    assertThat(all.bits()).isEqualTo(Bytes.ofHex("0102"));
    assertThat(all.text()).isEqualTo("grün");
    assertThat(all.text()).isEqualTo("US");
    assertThat(all.text()).isEqualTo("CN=a");
    assertThat(all.time()).isEqualTo(time);
    assertThat(all.time()).isEqualTo(late);
    assertThat(all.content(DerReader.NULL)).isEqualTo(Bytes.EMPTY);
    DerReader set = all.enter(DerReader.context(3)).enter(DerReader.SET);
    assertThat(set.integer(0, 7)).isEqualTo(7);
    set.end();
    all.end();
  }

  @Test
  void writesAndReadsLengthsAndNumbersOfAllSizes() {
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 127, 128, 255, 256, 65535, 65536, 70000}) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      DerReader in = reader(DerWriter.octets(Bytes.of(content)));
      assertThat(in.octets()).isEqualTo(Bytes.of(content));
      in.end();
    }
    for (int i = 0; i < 2000; i++) {
      BigInteger number = new BigInteger(random.nextInt(100), random).negate();
      number = i % 2 == 0 ? number : number.negate();
      assertThat(reader(DerWriter.integer(number)).integer()).isEqualTo(number);
    }
    for (String oid : new String[] {"0.0", "1.39", "2.5.4.3", "2.999.1", "1.2.840.113549.1.1.10"}) {
      assertThat(reader(DerWriter.oid(oid)).oid()).isEqualTo(oid);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "04",
        "0480",
        "04810100",
        "04817f",
        "0482000100",
        "0485000000000100",
        "04ff",
        "0402ff",
        "0484ffffffff",
        "1f0100",
        "048200ff"
      })
  void refusesLengthsAndTagsThatAreNotDer(String hex) {
    assertMalformed(hex, DerReader::octets);
    assertMalformed(hex, DerReader::element);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0200", "02020001", "0202ff80", "0401ff"})
  void refusesIntegersThatAreNotTheShortest(String hex) {
    assertMalformed(hex, DerReader::integer);
  }

  @Test
  void refusesIntegersOutOfRange() {
    assertMalformed("020105", in -> in.integer(0, 4));
    assertMalformed("0201ff", in -> in.integer(0, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"010101", "0100", "01020000"})
  void refusesTruthValuesOtherThanTwo(String hex) {
    assertMalformed(hex, DerReader::bool);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0600", "06018f", "06028001", "060a2a8f8f8f8f8f8f8f8f0f"})
  void refusesObjectIdentifiersThatAreNotTheShortest(String hex) {
    assertMalformed(hex, DerReader::oid);
  }

  @Test
  void refusesBitStringsWithUnusedBits() {
    assertMalformed("0300", DerReader::bits);
    assertMalformed("03020780", DerReader::bits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2606010000Z",
        "260601000000+0000",
        "261301000000Z",
        "260631000000Z",
        "26060100000Z",
        "２60601000000Z"
      })
  void refusesTimesThatAreNotInTheOneForm(String text) {
    Bytes der = DerWriter.element(DerReader.UTC_TIME, Bytes.ofUtf8(text));
    assertMalformed(der.toHex(), DerReader::time);
  }

  @Test
  void refusesWhatIsLeft() {
    assertMalformed(
        "05000500",
        in -> {
          in.element();
          in.end();
        });
  }

  @Test
  void refusesMoreBytesThanAllowed() {
    assertThatThrownBy(() -> DerReader.of(Bytes.zeros(11), "test", 10))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.BUDGET_EXCEEDED));
  }

  @Test
  void neverFailsOtherwiseThanByRefusing() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      DerReader in = DerReader.of(Bytes.of(bytes), "test", 64);
      try {
        while (in.hasMore()) {
          in.element();
        }
      } catch (CloisterException e) {
        assertThat(e.code()).isEqualTo(EncodingError.DER_MALFORMED);
      }
    }
  }
}
