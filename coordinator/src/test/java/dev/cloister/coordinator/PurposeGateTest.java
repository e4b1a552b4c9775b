package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.channel.Purpose;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many channels of one purpose, and of one address, are open at once. */
class PurposeGateTest {

  private final PurposeGate gate = new PurposeGate();

  private int enterUntilRefused(Purpose purpose, int origins, List<PurposeGate.Place> places) {
    for (int i = 0; i < 10_000; i++) {
      try {
        places.add(gate.enter(purpose, "origin " + i % origins));
      } catch (CloisterException e) {
        assertThat(e.code()).isEqualTo(CoordinatorError.BUSY);
        return i;
      }
    }
    throw new IllegalStateException("no limit");
  }

  @Test
  void oneAddressTakesOnlyAPart() {
    assertThat(enterUntilRefused(Purpose.OWNER, 1, new ArrayList<>())).isEqualTo(4);
    assertThat(enterUntilRefused(Purpose.VERIFY, 1, new ArrayList<>())).isEqualTo(16);
    assertThat(enterUntilRefused(Purpose.JOIN, 1, new ArrayList<>())).isEqualTo(64);
  }

  @Test
  void manyAddressesTakeNoMoreThanTheWhole() {
    assertThat(enterUntilRefused(Purpose.OWNER, 1000, new ArrayList<>())).isEqualTo(8);
    assertThat(enterUntilRefused(Purpose.VERIFY, 1000, new ArrayList<>())).isEqualTo(64);
  }

  @Test
  void verifiersTakeNothingFromPodsAndOwners() {
    enterUntilRefused(Purpose.VERIFY, 1000, new ArrayList<>());
    gate.enter(Purpose.OWNER, "origin 0").close();
    gate.enter(Purpose.JOIN, "origin 0").close();
  }

  @Test
  void aPlaceThatIsLeftIsFreeAgain() {
    List<PurposeGate.Place> places = new ArrayList<>();
    enterUntilRefused(Purpose.OWNER, 1, places);
    places.removeFirst().close();
    gate.enter(Purpose.OWNER, "origin 0");
    assertRefused(CoordinatorError.BUSY, () -> gate.enter(Purpose.OWNER, "origin 0"));
  }
}
