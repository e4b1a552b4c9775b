package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferenceTest {

  private static final String HEX = "ab".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "nginx, docker.io/library/nginx:latest",
    "team/app:1, docker.io/team/app:1",
    "localhost/app, localhost/app:latest",
    "Host/app, Host/app:latest",
    "registry.example:5000/a/b_c/d-e:V1.0, registry.example:5000/a/b_c/d-e:V1.0",
    "[::1]:5000/app, [::1]:5000/app:latest",
    "127.0.0.1:5000/app, 127.0.0.1:5000/app:latest"
  })
  void readsWhatPeopleWrite(String text, String full) {
    assertThat(Reference.parse(text)).hasToString(full);
    assertThat(Reference.parse(full)).isEqualTo(Reference.parse(text));
  }

  @Test
  void aDigestWinsOverTheTag() {
    Reference reference = Reference.parse("app:1@sha256:" + HEX);
    assertThat(reference.tag()).contains("1");
    assertThat(reference.manifestName()).isEqualTo("sha256:" + HEX);
    assertThat(Reference.parse("app@sha256:" + HEX).tag()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":tag",
        "UPPER",
        "a//b",
        "a/",
        "/a",
        "a:",
        "a:b:c",
        "a:tag with blank",
        "app@",
        "app@sha256:abc",
        "app@md5:00",
        "-a",
        "a..b",
        "host:port/app",
        "https://host/app",
        "user@host/app",
        "a\nb"
      })
  void refusesWhatIsNoReference(String text) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(ImageError.BAD_REFERENCE));
  }

  @Test
  void refusesMoreThan512Characters() {
    assertThatThrownBy(() -> Reference.parse("a/".repeat(256) + "a"))
        .hasMessageContaining("too long");
  }
}
