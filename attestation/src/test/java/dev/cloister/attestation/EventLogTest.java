package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Event logs made here, right and wrong. */
class EventLogTest {

  /** A log that is written event by event. */
  private static final class Draft {
    private final ByteBuffer log = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    Draft() {
      log.putInt(0).putInt(3).position(28);
      log.putInt(33).put("Spec ID Event03\0".getBytes(StandardCharsets.US_ASCII));
      log.putInt(0).putInt(0x00020002).putInt(1).putShort((short) 12).putShort((short) 48);
      log.put((byte) 0);
    }

    Draft event(int register, int type, Bytes data) {
      return event(register, type, data.sha384(), data);
    }

    Draft event(int register, int type, Bytes digest, Bytes data) {
      log.putInt(register).putInt(type).putInt(1).putShort((short) 12).put(digest.toArray());
      log.putInt(data.size()).put(data.toArray());
      return this;
    }

    Bytes build(int filler, int count) {
      for (int i = 0; i < count; i++) {
        log.put((byte) filler);
      }
      return Bytes.of(log.array(), 0, log.position());
    }
  }

  private static final Bytes DATA = Bytes.ofUtf8("Exit Boot Services Invocation");

  private static Draft good() {
    return new Draft()
        .event(1, 0x8000000b, Bytes.ofUtf8("list").sha384(), Bytes.ofUtf8("TdxTable"))
        .event(0, 3, Bytes.zeros(48), Bytes.ofUtf8("not extended"))
        .event(1, 4, Bytes.zeros(4))
        .event(2, 0x80000007, DATA)
        .event(2, 4, Bytes.zeros(4));
  }

  private static void assertMalformed(Bytes log) {
    assertThatThrownBy(() -> EventLog.parse(log))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AttestationError.EVENT_LOG_MALFORMED);
              assertThat(e.where()).startsWith("event log, byte ");
            });
  }

  private static Bytes with(Bytes log, int at, int value) {
    byte[] changed = log.toArray();
    changed[at] = (byte) value;
    return Bytes.of(changed);
  }

  @Test
  void replaysIntoTheFourRegisters() {
    for (int filler : new int[] {0, 0xff}) {
      EventLog log = EventLog.parse(good().build(filler, 100));
      assertThat(log.events()).hasSize(4);
      Bytes separator = Bytes.zeros(4).sha384();
      assertThat(log.replay())
          .isEqualTo(
              List.of(
                  TdxRegisters.extended(List.of(Bytes.ofUtf8("list").sha384(), separator)),
                  TdxRegisters.extended(List.of(DATA.sha384(), separator)),
                  Bytes.zeros(48),
                  Bytes.zeros(48)));
    }
    assertThat(EventLog.parse(good().build(0, 0)).events()).hasSize(4);
  }

  @Test
  void saysForWhichDataTheirDigestVouches() {
    EventLog log =
        EventLog.parse(
            good().event(2, 0x80000007, Bytes.zeros(48), Bytes.ofUtf8("a lie")).build(0, 0));
    assertThat(log.events().stream().map(EventLog.Event::dataProven))
        .containsExactly(false, true, true, true, false);
  }

  @Test
  void attackASecondSeparatorThatPassesTheSystemsEventsOffAsTheFirmwares() {
    EventLog log = EventLog.parse(good().event(1, 4, Bytes.zeros(4)).build(0, 0));
    assertThatThrownBy(log::replay)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AttestationError.EVENT_LOG_CONTRADICTORY);
              assertThat(e.where()).isEqualTo("rtmr0");
            });
  }

  @Test
  void refusesLogsThatEndWithinAnEvent() {
    Bytes log = good().build(0, 0);
    int refused = 0;
    for (int size = 0; size < log.size(); size++) {
      Bytes cut = log.slice(0, size);
      try {
        assertThat(EventLog.parse(cut).events().size()).isLessThan(4);
      } catch (CloisterException e) {
        assertThat(e.code()).isEqualTo(AttestationError.EVENT_LOG_MALFORMED);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(log.size() - 20);
  }

  @Test
  void refusesOtherForms() {
    Bytes log = good().build(0, 0);
    assertMalformed(with(log, 4, 1));
    assertMalformed(with(log, 32, 'X'));
    assertMalformed(with(log, 56, 0));
    assertMalformed(with(log, 56, 9));
    assertMalformed(with(log, 62, 32));
    assertMalformed(with(log, 60, 11));
    assertMalformed(with(log, 31, 0x7f));
    assertMalformed(good().event(5, 1, DATA).build(0, 0));
    assertMalformed(good().event(0, 1, DATA).build(0, 0));
    assertMalformed(with(log, 65 + 8, 2));
    assertMalformed(with(log, 65 + 12, 13));
    assertMalformed(with(log, 65 + 12 + 2 + 48 + 3, 0x7f));
    assertMalformed(Bytes.concat(good().build(0xff, 40), Bytes.ofUtf8("x")));
    assertMalformed(Bytes.concat(good().build(0, 40), Bytes.ofUtf8("x")));
    assertMalformed(Bytes.zeros((4 << 20) + 1));
  }

  @Test
  void refusesMoreEventsThanAnyBootHas() {
    ByteBuffer many = ByteBuffer.allocate(65 + ((1 << 14) + 1) * 66);
    many.put(new Draft().build(0, 0).toArray());
    byte[] event = new Draft().event(1, 5, Bytes.EMPTY).build(0, 0).slice(65, 131).toArray();
    while (many.hasRemaining()) {
      many.put(event);
    }
    assertMalformed(Bytes.of(many.array()));
    assertThat(EventLog.parse(Bytes.of(many.array(), 0, many.capacity() - 66)).events())
        .hasSize(1 << 14);
  }
}
