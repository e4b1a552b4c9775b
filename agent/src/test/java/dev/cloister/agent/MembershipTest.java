package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import dev.cloister.policy.Grants;
import dev.cloister.policy.IpAddress;
import dev.cloister.rpc.AgentInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MembershipTest {

  private static final Grants.Endpoint HERE =
      new Grants.Endpoint(IpAddress.parse("10.0.0.9"), 7443);
  private static final Grants.Endpoint THERE =
      new Grants.Endpoint(IpAddress.parse("10.0.0.10"), 7443);
  private static final Membership.Timing TIMING = new Membership.Timing(1, 2, 3, 4);

  private static Credentials credentials(long number) {
    return new Credentials(
        "web.prod.shop.id.cloister.internal",
        Bytes.ofUtf8("chain"),
        Secret.takeFrom(new byte[] {1}),
        Bytes.ofUtf8("authorities"),
        Secret.takeFrom(new byte[] {2}),
        new Head(number, Bytes.ofUtf8("head").sha256()),
        1000,
        1000);
  }

  private static CloisterException failure(String why) {
    return new CloisterException(AgentError.COORDINATOR_SILENT, "coordinator", why);
  }

  @Test
  void letsContainersStartAtOnceWhereThePolicyJoinsNone() {
    Membership membership = new Membership(false);
    membership.requireJoined(0);
    assertThat(membership.view("", "").state()).isEqualTo("none");
    assertThat(membership.view("", "").reason()).isEmpty();
  }

  @Test
  void keepsContainersFromStartingBeforeTheFirstJoinAndSaysWhy() {
    Membership membership = new Membership(true);
    membership.coordinator(Grants.Endpoint.NONE);
    assertThatThrownBy(() -> membership.requireJoined(10))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AgentError.NOT_JOINED);
              assertThat(e.detail()).contains("knows of no Coordinator");
            });
    membership.coordinator(HERE);
    assertThat(membership.failed(failure("no answer"))).isTrue();
    assertThat(membership.failed(failure("no answer"))).isFalse();
    assertThatThrownBy(() -> membership.requireJoined(10)).hasMessageContaining("no answer");
    assertThat(membership.view("", "").state()).isEqualTo("waiting");
    assertThat(membership.view("", "").coordinator()).isEqualTo("10.0.0.9:7443");
  }

  @Test
  void letsThoseWhoWaitGoOnAtTheFirstJoin() throws Exception {
    Membership membership = new Membership(true);
    CountDownLatch started = new CountDownLatch(1);
    AgentThreads.start(
        "start",
        () -> {
          membership.requireJoined(20_000);
          started.countDown();
        });
    membership.joined(credentials(1), TIMING);
    started.await();
  }

  @Test
  void keepsWhatItHasWhileARenewalFails() {
    Membership membership = new Membership(true);
    membership.coordinator(HERE);
    membership.joined(credentials(4), TIMING);
    membership.failed(failure("it is down"));
    membership.requireJoined(0);
    AgentInfo.Join view = membership.view("", "");
    assertThat(view.state()).isEqualTo("failing");
    assertThat(view.reason()).contains("it is down", "CL-AGT-016");
    assertThat(view.headNumber()).isEqualTo(4);
    membership.joined(credentials(5), new Membership.Timing(9, 9, 9, 9));
    assertThat(membership.view("", "").state()).isEqualTo("joined");
    assertThat(membership.view("", "").joins()).isEqualTo(2);
    assertThat(membership.view("", "").channelMicros()).isEqualTo(2);
  }

  @Test
  void erasesTheFormerKeyAndSecret() {
    Membership membership = new Membership(true);
    Credentials first = credentials(1);
    membership.joined(first, TIMING);
    membership.joined(credentials(2), TIMING);
    assertThatThrownBy(first::keyBytes).isInstanceOf(IllegalStateException.class);
    assertThat(membership.workloadSecret()).containsExactly(2);
  }

  @Test
  void givesEachPlaceTheNewestCredentials() {
    Membership membership = new Membership(true);
    List<Long> early = new ArrayList<>();
    List<Long> late = new ArrayList<>();
    Membership.Holder first = credentials -> early.add(credentials.head().number());
    membership.add(first);
    membership.joined(credentials(1), TIMING);
    membership.add(credentials -> late.add(credentials.head().number()));
    membership.remove(first);
    membership.joined(credentials(2), TIMING);
    assertThat(early).containsExactly(1L);
    assertThat(late).containsExactly(1L, 2L);
  }

  @Test
  void tellsOnlyOfAnotherPlaceAndEndsThePauseThere() throws Exception {
    Membership membership = new Membership(true);
    membership.coordinator(HERE);
    List<String> told = new ArrayList<>();
    membership.whenMoved(() -> told.add("moved"));
    membership.coordinator(HERE);
    assertThat(told).isEmpty();
    AgentThreads.start("move", () -> membership.coordinator(THERE));
    membership.pause(HERE, 25_000);
    assertThat(membership.awaitCoordinator()).isEqualTo(THERE);
  }

  @Test
  void cutsReasonsThatAPeerMadeLong() {
    Membership membership = new Membership(true);
    membership.failed(failure("x".repeat(100_000)));
    assertThat(membership.view("", "").reason()).hasSizeLessThanOrEqualTo(500);
  }
}
