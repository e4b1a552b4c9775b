package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {

  @Test
  void givesTheHostTheFirstAddress() {
    assertThat(Subnet.parse("10.88.64.0/20").gateway()).isEqualTo("10.88.64.1");
  }

  @Test
  void seesOverlapsInBothDirections() {
    Subnet subnet = Subnet.parse("10.88.64.0/20");
    assertThat(subnet.overlaps(Subnet.parseAny("10.0.0.0/8"))).isTrue();
    assertThat(subnet.overlaps(Subnet.parseAny("10.88.70.1"))).isTrue();
    assertThat(subnet.overlaps(Subnet.parseAny("10.88.80.0/20"))).isFalse();
    assertThat(Subnet.parseAny("10.0.0.0/8").overlaps(subnet)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.88.64.0", "10.88.64.1/20", "10.88.64.0/30", "10.88/16", "x", "1.2.3.4.5/24"})
  void refusesWhatIsNoNetworkForPods(String text) {
    assertThatThrownBy(() -> Subnet.parse(text))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.BAD_SPEC));
  }
}
