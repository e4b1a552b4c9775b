package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CredentialFilesTest {

  @TempDir Path temp;

  @Test
  void takesTheEntryForTheLongestPartOfTheRepository() throws IOException {
    CredentialFiles files =
        files(
            "{\"auths\":{\"r.example\":{\"auth\":\"YTox\"},"
                + "\"r.example/team\":{\"auth\":\"Yjoy\"},\"https://s.example/v1/\":{\"auth\":\"Yzoz\"}}}");
    assertThat(user(files.find("r.example", "team/app"))).isEqualTo("b");
    assertThat(user(files.find("r.example", "other/app"))).isEqualTo("a");
    assertThat(user(files.find("s.example", "app"))).isEqualTo("c");
    assertThat(files.find("t.example", "app")).isInstanceOf(Credential.Anonymous.class);
  }

  @Test
  void readsIdentityTokens() throws IOException {
    CredentialFiles files = files("{\"auths\":{\"r.example\":{\"identitytoken\":\"abc\"}}}");
    assertThat(files.find("r.example", "app"))
        .isInstanceOfSatisfying(
            Credential.IdentityToken.class,
            identity -> assertThat(Credential.reveal(identity.token())).isEqualTo("abc"));
  }

  @Test
  void aMissingFileMeansNothing() {
    CredentialFiles files = new CredentialFiles(List.of(temp.resolve("none")));
    assertThat(files.find("r.example", "app")).isInstanceOf(Credential.Anonymous.class);
  }

  @Test
  void namesTheFileThatIsNoJson() {
    assertThatThrownBy(() -> files("{").find("r.example", "app"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ImageError.BAD_CREDENTIALS);
              assertThat(e.where()).endsWith("config.json");
            });
  }

  @Test
  void neverShowsWhatItCannotRead() {
    assertThatThrownBy(() ->
            files("{\"auths\":{\"r.example\":{\"auth\":\"c2VjcmV0\"}}}").find("r.example", "app"))
        .hasMessageContaining("not user:password")
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void refusesAHelperWithAPathForAName() {
    assertThatThrownBy(() -> files("{\"credsStore\":\"../../tmp/evil\"}").find("r.example", "app"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(ImageError.BAD_CREDENTIALS));
  }

  @Test
  void saysWhichHelperCannotBeRun() {
    assertThatThrownBy(() ->
            files("{\"credHelpers\":{\"r.example\":\"no-such-helper\"}}").find("r.example", "a"))
        .hasMessageContaining("docker-credential-no-such-helper");
  }

  @Test
  void findsTheFilesOfDockerAndPodman() {
    RegistryOptions options =
        RegistryOptions.fromEnvironment(
            Map.of("HOME", "/h", "REGISTRY_AUTH_FILE", "/r.json", "XDG_RUNTIME_DIR", "/x"));
    assertThat(options.credentialFiles())
        .containsExactly(
            Path.of("/r.json"),
            Path.of("/x/containers/auth.json"),
            Path.of("/h/.config/containers/auth.json"),
            Path.of("/h/.docker/config.json"));
  }

  private CredentialFiles files(String text) throws IOException {
    return new CredentialFiles(List.of(Files.writeString(temp.resolve("config.json"), text)));
  }

  private static String user(Credential credential) {
    return credential instanceof Credential.Password password ? password.user() : "";
  }
}
