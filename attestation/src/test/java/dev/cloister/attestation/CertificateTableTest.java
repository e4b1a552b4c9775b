package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class CertificateTableTest {

  private static final CertificateTable TABLE =
      new CertificateTable(
          List.of(
              CertificateTable.Entry.of(CertificateTable.Kind.VCEK, Bytes.ofUtf8("leaf")),
              CertificateTable.Entry.of(CertificateTable.Kind.ASK, Bytes.ofUtf8("authority")),
              CertificateTable.Entry.of(CertificateTable.Kind.CRL, Bytes.ofUtf8("list")),
              new CertificateTable.Entry(
                  Bytes.ofHex("ecae0c0f950243b1afa20ae2e0d565b6"), Bytes.ofUtf8("other"))));

  private static void assertRefused(Bytes table) {
    assertRefused(() -> CertificateTable.parse(table));
  }

  private static void assertRefused(ThrowingCallable making) {
    assertThatThrownBy(making)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(AttestationError.CERTIFICATE_TABLE_MALFORMED));
  }

  private static Bytes withNumber(int at, int value) {
    byte[] bytes = TABLE.toBytes().toArray();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return Bytes.of(bytes);
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(CertificateTable.parse(TABLE.toBytes())).isEqualTo(TABLE);
    assertThat(TABLE.certificates())
        .containsExactly(Bytes.ofUtf8("leaf"), Bytes.ofUtf8("authority"));
    assertThat(TABLE.revocationLists()).containsExactly(Bytes.ofUtf8("list"));
  }

  @Test
  void takesTheZerosThatPadAPage() {
    Bytes padded = Bytes.concat(TABLE.toBytes(), Bytes.zeros(4096));
    assertThat(CertificateTable.parse(padded)).isEqualTo(TABLE);
    assertThat(CertificateTable.parse(Bytes.zeros(24)).entries()).isEmpty();
  }

  @Test
  void refusesEntriesOutsideTheTable() {
    int size = TABLE.toBytes().size();
    assertRefused(withNumber(16, size));
    assertRefused(withNumber(20, size));
    assertRefused(withNumber(16, 0));
    assertRefused(withNumber(16, -1));
    assertRefused(withNumber(20, -1));
    assertRefused(withNumber(20, 0));
  }

  @Test
  void refusesATableWithoutEnd() {
    assertRefused(Bytes.EMPTY);
    assertRefused(TABLE.toBytes().slice(0, 4 * 24));
    assertRefused(TABLE.toBytes().slice(0, 5 * 24 - 1));
  }

  @Test
  void refusesAGuidThatStandsTwice() {
    byte[] bytes = TABLE.toBytes().toArray();
    System.arraycopy(bytes, 0, bytes, 24, 16);
    assertRefused(Bytes.of(bytes));
  }

  @Test
  void refusesMoreThanSixteenEntriesOr64KiB() {
    List<CertificateTable.Entry> entries = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      entries.add(
          new CertificateTable.Entry(
              Bytes.concat(Bytes.of(new byte[] {(byte) i}), Bytes.zeros(15)), Bytes.zeros(1)));
    }
    assertThat(CertificateTable.parse(new CertificateTable(entries).toBytes()).entries())
        .hasSize(16);
    entries.add(CertificateTable.Entry.of(CertificateTable.Kind.ARK, Bytes.zeros(1)));
    assertRefused(() -> new CertificateTable(entries));
    assertRefused(Bytes.concat(TABLE.toBytes(), Bytes.zeros(CertificateTable.MAX_BYTES)));
  }
}
