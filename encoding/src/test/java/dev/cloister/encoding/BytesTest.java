package dev.cloister.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BytesTest {

  @Test
  void keepsItsContentWhenTheSourceArrayChanges() {
    byte[] source = {1, 2, 3};
    Bytes bytes = Bytes.of(source);
    source[0] = 9;
    bytes.toArray()[1] = 9;
    assertThat(bytes.toHex()).isEqualTo("010203");
  }

  @Test
  void readsLittleEndianIntegersWithoutSign() {
    Bytes bytes = Bytes.ofHex("ffffffffffffffff");
    assertThat(bytes.u16le(0)).isEqualTo(0xffff);
    assertThat(bytes.u32le(2)).isEqualTo(0xffff_ffffL);
    assertThat(Bytes.ofHex("0100000000000080").u64le(0)).isEqualTo(Long.MIN_VALUE + 1);
  }

  @Test
  void refusesASliceOutsideItself() {
    assertThatThrownBy(() -> Bytes.ofHex("0102").slice(1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Bytes.of(new byte[4], 2, Integer.MAX_VALUE))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void refusesTextThatIsNotHexadecimalOrBase64() {
    assertThatThrownBy(() -> Bytes.ofHex("0x10"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.BAD_TEXT_ENCODING));
    assertThatThrownBy(() -> Bytes.ofBase64("a b="))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(EncodingError.BAD_TEXT_ENCODING));
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(() -> Bytes.ofHex("c0af").toUtf8())
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(EncodingError.NOT_UTF8));
  }

  @Test
  void hashesAsTheStandardSays() {
    // FIPS 180-4 examples, "abc"
    Bytes abc = Bytes.ofUtf8("abc");
    assertThat(abc.sha256().toHex())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(abc.sha384().toHex()).startsWith("cb00753f45a35e8bb5a03d699ac65007");
    assertThat(abc.sha512().toHex()).startsWith("ddaf35a193617abacc417349ae204131");
  }
}
