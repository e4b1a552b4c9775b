package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentityTest {

  private static final Bytes PASSWD =
      Bytes.ofUtf8(
          """
          root:x:0:0:root:/root:/bin/sh

          # a comment
          broken:x:12
          odd:x:zero:0:::
          huge:x:4294967295:1:::
            app:x:1000:1001:App:/srv:/bin/false
          app:x:5:5:second::
          other:x:1000:7:::
          +::::::
          """);

  private static final Bytes GROUP =
      Bytes.ofUtf8(
          """
          root:x:0:
          app:x:1001:app
          cache:x:2001:other,app
          web:x:2002:app,other
          bad:x:no:app
          short:x:3
          none:x:2003:apple
          """);

  private static UserIds resolve(String name, String group, boolean imageGroups, Long... more) {
    return Identity.resolve(
        new UserRequest(name, group, List.of(more), imageGroups), PASSWD, GROUP);
  }

  @Test
  void takesTheFirstEntryOfAName() {
    assertThat(resolve("app", "", true))
        .isEqualTo(new UserIds(1000, 1001, List.of(1001L, 2001L, 2002L)));
  }

  @Test
  void takesTheGroupOfANumbersFirstEntry() {
    assertThat(resolve("1000", "", true))
        .isEqualTo(new UserIds(1000, 1001, List.of(1001L, 2001L, 2002L)));
  }

  @Test
  void givesANumberWithoutEntryTheGroupZero() {
    assertThat(resolve("4242", "", true)).isEqualTo(new UserIds(4242, 0, List.of(0L)));
  }

  @Test
  void letsRunAsGroupDecide() {
    assertThat(resolve("app", "50", false, 60L))
        .isEqualTo(new UserIds(1000, 50, List.of(50L, 60L)));
  }

  @Test
  void leavesTheImagesGroupsOutWhenStrict() {
    assertThat(resolve("app", "", false)).isEqualTo(new UserIds(1000, 1001, List.of(1001L)));
  }

  @Test
  void refusesANameThatTheImageDoesNotHave() {
    for (String name : List.of("nobody", "broken", "odd", "huge")) {
      assertThatThrownBy(() -> resolve(name, "", true))
          .isInstanceOfSatisfying(
              CloisterException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.USER));
    }
  }

  @Test
  void worksWithoutAccountFilesForNumbers() {
    UserRequest request = new UserRequest("65534", "", List.of(), true);
    assertThat(Identity.resolve(request, Bytes.EMPTY, Bytes.EMPTY))
        .isEqualTo(new UserIds(65534, 0, List.of(0L)));
  }

  @Test
  void refusesAFileThatIsTooLarge() {
    UserRequest request = new UserRequest("0", "", List.of(), true);
    assertThatThrownBy(
            () -> Identity.resolve(request, Bytes.zeros(Identity.MAX_FILE + 1), Bytes.EMPTY))
        .isInstanceOf(CloisterException.class)
        .hasMessageContaining("1 MiB");
  }

  @Test
  void refusesAnImageThatGivesOtherIdsThanThePolicy() {
    ContainerUser user =
        new ContainerUser(
            new UserRequest("app", "", List.of(), false), new UserIds(1000, 0, List.of(0L)));
    assertThatThrownBy(() -> Identity.requireAgreement(user, PASSWD, GROUP))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(PolicyError.USER_DISAGREES));
  }

  @Test
  void refusesNamesThatToolsReadDifferently() {
    for (String name : List.of("", "+1", "-1", "1000x", "a:b", "a/b", "a b", "4294967295", "00")) {
      assertThatThrownBy(() -> new UserRequest(name, "", List.of(), true))
          .as(name)
          .isInstanceOfSatisfying(
              CloisterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(PolicyError.VALUE);
                assertThat(e.where()).isEqualTo("user.from.name");
              });
    }
  }

  @Test
  void survivesAnyBytes() {
    Random random = new Random(11);
    String alphabet = "ab:,0\n1 \r\t#+\u00e9";
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(60); j > 0; j--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Bytes file = Bytes.ofUtf8(text.toString());
      try {
        UserIds ids = Identity.resolve(new UserRequest("a", "", List.of(), true), file, file);
        assertThat(ids.groups()).contains(ids.gid());
      } catch (CloisterException e) {
        assertThat(e.code()).isEqualTo(PolicyError.USER);
      }
    }
  }
}
