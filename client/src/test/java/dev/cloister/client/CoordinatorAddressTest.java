package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of an address. */
class CoordinatorAddressTest {

  @Test
  void readsNamesAndAddresses() {
    assertThat(CoordinatorAddress.parse("shop.example", 7443))
        .isEqualTo(new CoordinatorAddress("shop.example", 7443));
    assertThat(CoordinatorAddress.parse("203.0.113.7:1", 7443))
        .isEqualTo(new CoordinatorAddress("203.0.113.7", 1));
    assertThat(CoordinatorAddress.parse("[2001:db8::1]:65535", 7443))
        .isEqualTo(new CoordinatorAddress("2001:db8::1", 65535));
    assertThat(CoordinatorAddress.parse("[2001:db8::1]", 7443)).hasToString("[2001:db8::1]:7443");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":1",
        "a:",
        "a:0",
        "a:65536",
        "a:01",
        "a:x",
        "a:-1",
        "2001:db8::1",
        "[::1",
        "[]:1",
        "[::1]1",
        "a b",
        "a/b",
        "a@b",
        "a:123456"
      })
  void refusesAnythingElse(String text) {
    assertRefused(ClientError.BAD_ADDRESS, "address", () -> CoordinatorAddress.parse(text, 7443));
  }
}
