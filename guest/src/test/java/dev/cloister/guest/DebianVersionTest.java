package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DebianVersionTest {

  /** Rising, by the rules of Debian's Policy Manual 5.6.12. */
  private static final List<String> RISING =
      List.of(
          "1.0~~",
          "1.0~~a",
          "1.0~",
          "1.0",
          "1.0-0+b1",
          "1.0-1~deb13u1",
          "1.0-1",
          "1.0-1+deb13u1",
          "1.0-1.1",
          "1.0a",
          "1.0+x",
          "1.0.1",
          "1.2",
          "1.9-1",
          "1.10-1",
          "6.12.9",
          "6.12.117-1",
          "1:0.1",
          "2:0.0.1-1",
          "10:0");

  @Test
  void ordersVersionsAsPolicySays() {
    List<DebianVersion> versions =
        new ArrayList<>(RISING.stream().map(DebianVersion::new).toList());
    Collections.shuffle(versions, new Random(7));
    Collections.sort(versions);
    assertThat(versions).extracting(DebianVersion::text).isEqualTo(RISING);
  }

  @Test
  void takesLeadingZerosAndNoEpochAsEqual() {
    assertThat(new DebianVersion("0:1.02-1")).isEqualByComparingTo(new DebianVersion("1.2-01"));
  }
}
