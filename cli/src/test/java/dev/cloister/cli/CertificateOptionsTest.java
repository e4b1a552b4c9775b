package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.ManifestError;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CertificateOptionsTest {

  private static CertificateRules rules(String... words) {
    return CommandLine.populateCommand(new CertificateOptions(), words).rules();
  }

  @Test
  void aDayAndAnHourUnlessSaid() {
    assertThat(rules()).isEqualTo(CertificateRules.STANDARD);
  }

  @Test
  void takesTimesAsPeopleTypeThem() {
    assertThat(rules("--certificate-lifetime", "12h", "--certificate-grace", "45s"))
        .isEqualTo(new CertificateRules(Duration.ofHours(12), Duration.ofSeconds(45)));
  }

  @Test
  void refusesWhatNoManifestMayHold() {
    assertThatThrownBy(() -> rules("--certificate-lifetime", "59s"))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(ManifestError.BAD_LIFETIME));
  }

  @Test
  void refusesWhatIsNoTimeAndNamesTheOption() {
    assertThatThrownBy(() -> rules("--certificate-grace", "soon"))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(CliError.WRONG_USE))
        .hasMessageContaining("--certificate-grace")
        .hasMessageContaining("soon is no time");
  }
}
