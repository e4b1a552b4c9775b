package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "1", "1.2.3", "1.2.3.4.", ".1.2.3.4", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.-4",
        "1.2.3.4 ", "1..2.3", "::1%eth0", ":", ":::", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::ffff:1.2.3.4", "1:", ":1", "١.2.3.4"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.ADDRESS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "2001:db8::8:800:200c:417a",
        "2001:db8:0:1:1:1:1:1",
        "1::8",
        "2001:0:0:1::2"
      })
  void writesAddressesAsRfc5952Does(String text) {
    assertThat(IpAddress.parse(text).toString()).isEqualTo(text);
  }

  @Test
  void readsWhatTheJdkWrites() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
      }
      if (bytes.length == 16) {
        bytes[0] = 0x20;
      }
      IpAddress address = IpAddress.parse(InetAddress.getByAddress(bytes).getHostAddress());
      assertThat(address.value()).isEqualTo(Bytes.of(bytes));
      assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "127.0.0.1",
        "169.254.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fe80::1",
        "ff02::1"
      })
  void knowsWhatIsNoOrdinaryAddress(String text) {
    assertThat(IpAddress.parse(text).isOrdinaryUnicast()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "192.0.2.1", "223.255.255.1", "2001:db8::1", "fd00::1"})
  void knowsOrdinaryAddresses(String text) {
    assertThat(IpAddress.parse(text).isOrdinaryUnicast()).isTrue();
  }

  @Test
  void theNetworkOfAnAddressHasNoBitsAfterThePrefix() {
    assertThat(Cidr.parse("10.88.77.13/24").network().toString()).isEqualTo("10.88.77.0/24");
    assertThat(Cidr.parse("10.88.77.13/20").network().toString()).isEqualTo("10.88.64.0/20");
    assertThat(Cidr.parse("10.1.2.3/32").network().toString()).isEqualTo("10.1.2.3/32");
    assertThat(Cidr.parse("10.1.2.3/0").network().toString()).isEqualTo("0.0.0.0/0");
    assertThat(Cidr.parse("fd00::1:2/112").network().isNetwork()).isTrue();
    assertThat(Cidr.parse("fd00::1:2/112").isNetwork()).isFalse();
  }
}
