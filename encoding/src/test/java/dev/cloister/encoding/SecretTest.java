package dev.cloister.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretTest {

  @Test
  void neverPrintsItsBytesAndErasesTheSource() {
    byte[] source = "hunter2".getBytes(StandardCharsets.US_ASCII);
    try (Secret secret = Secret.takeFrom(source)) {
      assertThat(source).containsOnly(0);
      assertThat(secret.toString()).isEqualTo("Secret[7 bytes]");
      assertThat(secret.expose(SecretAccess.INSTANCE))
          .isEqualTo("hunter2".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void cannotBeReadOnceErased() {
    Secret secret = Secret.takeFrom(new byte[] {1});
    secret.close();
    assertThatThrownBy(() -> secret.expose(SecretAccess.INSTANCE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void comparesByContent() {
    try (Secret one = Secret.takeFrom(new byte[] {1, 2});
        Secret same = Secret.takeFrom(new byte[] {1, 2});
        Secret other = Secret.takeFrom(new byte[] {1, 3})) {
      assertThat(one.sameAs(same)).isTrue();
      assertThat(one.sameAs(other)).isFalse();
    }
  }
}
