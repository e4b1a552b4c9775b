package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MRTD of firmwares made here, right and wrong. */
class TdxBuildTest {

  private static Bytes single(TestTdvf firmware) {
    return TdxBuild.mrTd(firmware.build(), TdxBuild.PageOrder.SINGLE_PASS);
  }

  private static void assertRefused(TestTdvf firmware) {
    assertThatThrownBy(() -> single(firmware))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AttestationError.FIRMWARE_MALFORMED);
              assertThat(e.where()).isEqualTo("firmware");
            });
  }

  private static Bytes header(String name, int address) {
    byte[] record = new byte[128];
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, record, 0, text.length);
    for (int i = 0; i < 4; i++) {
      record[16 + i] = (byte) (address >>> (8 * i));
    }
    return Bytes.of(record);
  }

  /** One page of code with content, then one of memory without, written out by hand. */
  @Test
  void isTheHashOfEachPageAndOfEachQuarterKilobyteOfContent() {
    TestTdvf firmware =
        new TestTdvf()
            .section(0, 0x1000, 0x100000, 0x1000, 0, 1)
            .section(0, 0, 0x200000, 0x1000, 3, 0);
    Bytes image = firmware.build();
    Bytes all = header("MEM.PAGE.ADD", 0x100000);
    for (int at = 0; at < 0x1000; at += 0x100) {
      all = Bytes.concat(all, header("MR.EXTEND", 0x100000 + at), image.slice(at, at + 0x100));
    }
    all = Bytes.concat(all, header("MEM.PAGE.ADD", 0x200000));
    assertThat(single(firmware)).isEqualTo(all.sha384());
  }

  @Test
  void ordersDifferOnlyWhereASectionWithContentHasPages() {
    Bytes image = TestTdvf.good().build();
    assertThat(TdxBuild.mrTd(image, TdxBuild.PageOrder.TWO_PASS))
        .isNotEqualTo(TdxBuild.mrTd(image, TdxBuild.PageOrder.SINGLE_PASS));
    Bytes one = new TestTdvf().section(0, 0x1000, 0x100000, 0x1000, 0, 1).build();
    assertThat(TdxBuild.mrTd(one, TdxBuild.PageOrder.TWO_PASS))
        .isEqualTo(TdxBuild.mrTd(one, TdxBuild.PageOrder.SINGLE_PASS));
  }

  @Test
  void contentThatIsShorterThanItsSectionEndsInZeros() {
    TestTdvf shorter = new TestTdvf().section(0x400, 0x80, 0x100000, 0x1000, 0, 1);
    TestTdvf zeros = new TestTdvf().section(0x400, 0x1000 - 0x400, 0x100000, 0x1000, 0, 1);
    assertThat(single(shorter)).isEqualTo(single(zeros));
  }

  @Test
  void pagesThatTheGuestAddsLaterAreNotMeasured() {
    TestTdvf first = new TestTdvf().section(0, 0x1000, 0x100000, 0x1000, 0, 1);
    TestTdvf later =
        new TestTdvf()
            .section(0, 0x1000, 0x100000, 0x1000, 0, 1)
            .section(0, 0, 0x1000000, 1L << 52, 4, 2);
    assertThat(single(later)).isEqualTo(single(first));
  }

  @Test
  void changesWithEveryPartOfASection() {
    Bytes base = single(new TestTdvf().section(0, 0x1000, 0x100000, 0x1000, 0, 1));
    assertThat(
            List.of(
                base,
                single(new TestTdvf().section(0x1000, 0x1000, 0x100000, 0x1000, 0, 1)),
                single(new TestTdvf().section(0, 0x1000, 0x101000, 0x1000, 0, 1)),
                single(new TestTdvf().section(0, 0x1000, 0x100000, 0x2000, 0, 1)),
                single(new TestTdvf().section(0, 0x1000, 0x100000, 0x1000, 0, 0))))
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesMetadataOutsideTheFileOrOfAnotherForm() {
    TestTdvf version = TestTdvf.good();
    version.version = 2;
    assertRefused(version);
    TestTdvf none = TestTdvf.good();
    none.count = 0;
    assertRefused(none);
    TestTdvf many = TestTdvf.good();
    many.count = 65;
    assertRefused(many);
    TestTdvf huge = TestTdvf.good();
    huge.count = Integer.MAX_VALUE;
    assertRefused(huge);
    TestTdvf outside = TestTdvf.good();
    outside.distance = 8;
    assertRefused(outside);
    TestTdvf before = TestTdvf.good();
    before.distance = 0x3001;
    assertRefused(before);
  }

  @Test
  void refusesSectionsThatAreTooLargeOrOutsideTheFileOrOfNoPages() {
    assertRefused(TestTdvf.good().section(0x2001, 0x1000, 0, 0x1000, 0, 1));
    assertRefused(TestTdvf.good().section(-1, 0x1000, 0, 0x1000, 0, 1));
    assertRefused(TestTdvf.good().section(0, 0x2000, 0, 0x1000, 0, 1));
    assertRefused(TestTdvf.good().section(0, 0x1000, 0x10, 0x1000, 0, 1));
    assertRefused(TestTdvf.good().section(0, 0, 0, 0x123, 3, 0));
    assertRefused(TestTdvf.good().section(0, 0, 0, (1L << 30) + 0x1000, 3, 0));
    assertRefused(TestTdvf.good().section(0, 0, 0, Long.MIN_VALUE, 3, 2));
    assertRefused(TestTdvf.good().section(0, 0, -0x1000, 0x1000, 3, 2));
  }

  @Test
  void refusesSectionsOfUnknownKindOrAttributesOrWithContentThatNobodyKnows() {
    assertRefused(TestTdvf.good().section(0, 0, 0, 0x1000, 7, 0));
    assertRefused(TestTdvf.good().section(0, 0, 0, 0x1000, 3, 4));
    assertRefused(TestTdvf.good().section(0, 0x1000, 0, 0x1000, 3, 0));
    assertRefused(TestTdvf.good().section(0, 0, 0, 0x1000, 0, 1));
    assertRefused(TestTdvf.good().section(0, 0, 0, 0x1000, 2, 1));
    assertRefused(TestTdvf.good().section(0, 0, 0, 0x1000, 4, 3));
  }
}
