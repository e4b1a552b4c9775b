package dev.cloister.channel;

import static dev.cloister.channel.Connected.refusal;
import static dev.cloister.channel.Connected.result;
import static dev.cloister.channel.Connected.start;
import static dev.cloister.channel.Lab.assertRefusal;
import static dev.cloister.channel.Lab.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One report for many sessions. */
@Timeout(60)
class EvidenceBatcherTest {

  private static Evidence about(Bytes what) {
    return new Evidence("test", what, Bytes.EMPTY, Bytes.ofUtf8("{}"));
  }

  private static Bytes leaf(int number) {
    return Bytes.ofUtf8("leaf " + number).sha256();
  }

  @Test
  void oneReportServesAllSessionsOfASlot() throws Exception {
    AtomicInteger reports = new AtomicInteger();
    EvidenceBatcher batcher =
        new EvidenceBatcher(
            what -> {
              reports.incrementAndGet();
              return about(what);
            },
            Duration.ofSeconds(10),
            21);
    List<FutureTask<EvidenceBatcher.Batched>> sessions = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      Bytes leaf = leaf(i);
      sessions.add(start(() -> batcher.evidence(leaf)));
    }
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 21; i++) {
      EvidenceBatcher.Batched batched = result(sessions.get(i));
      assertThat(batched.path().what(leaf(i))).isEqualTo(batched.evidence().report());
      assertThat(batched.path().what(leaf(99))).isNotEqualTo(batched.evidence().report());
      places.add(batched.path().index());
    }
    assertThat(reports).hasValue(1);
    assertThat(places).hasSize(21);
  }

  @Test
  void aLoneSessionWaitsNoLongerThanTheSlot() {
    EvidenceBatcher batcher =
        new EvidenceBatcher(EvidenceBatcherTest::about, Duration.ofMillis(50), 8);
    EvidenceBatcher.Batched alone = batcher.evidence(leaf(1));
    assertThat(alone.path().siblings()).isEmpty();
    assertThat(alone.path().what(leaf(1))).isEqualTo(alone.evidence().report());
  }

  @Test
  void refusesSessionsBeyondAFullBatch() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    EvidenceBatcher batcher =
        new EvidenceBatcher(
            what -> {
              asked.countDown();
              try {
                answer.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return about(what);
            },
            Duration.ZERO,
            1);
    FutureTask<EvidenceBatcher.Batched> first = start(() -> batcher.evidence(leaf(1)));
    asked.await();
    FutureTask<EvidenceBatcher.Batched> second = start(() -> batcher.evidence(leaf(2)));
    while (batcher.waiting() < 1) {
      Thread.sleep(5);
    }
    assertRefused(ChannelError.BUSY, Step.EVIDENCE, () -> batcher.evidence(leaf(3)));
    answer.countDown();
    result(first);
    result(second);
    batcher.evidence(leaf(4));
  }

  @Test
  void aFailedReportFailsItsSessionsAndNoLaterOnes() throws Exception {
    AtomicInteger reports = new AtomicInteger();
    EvidenceBatcher batcher =
        new EvidenceBatcher(
            what -> {
              if (reports.incrementAndGet() == 1) {
                throw new IllegalStateException("the processor is gone");
              }
              return about(what);
            },
            Duration.ofSeconds(10),
            2);
    FutureTask<EvidenceBatcher.Batched> one = start(() -> batcher.evidence(leaf(1)));
    FutureTask<EvidenceBatcher.Batched> two = start(() -> batcher.evidence(leaf(2)));
    assertRefusal(refusal(one), ChannelError.ATTESTER_FAILED, Step.EVIDENCE);
    assertRefusal(refusal(two), ChannelError.ATTESTER_FAILED, Step.EVIDENCE);
    FutureTask<EvidenceBatcher.Batched> three = start(() -> batcher.evidence(leaf(3)));
    batcher.evidence(leaf(4));
    result(three);
  }

  @Test
  void refusesASlotOrCountOutOfRange() {
    assertThatThrownBy(
            () -> new EvidenceBatcher(EvidenceBatcherTest::about, Duration.ofSeconds(11), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EvidenceBatcher(EvidenceBatcherTest::about, Duration.ZERO, 1025))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
