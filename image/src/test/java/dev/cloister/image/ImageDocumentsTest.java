package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageDocumentsTest {

  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @Test
  void readsAConfigurationAndSkipsWhatItDoesNotKnow() {
    ImageConfig config =
        config(
            "'Entrypoint':['/a'],'Cmd':null,'Env':['A=1'],'User':'1:2','WorkingDir':'/w',"
                + "'Volumes':{'/v':{}},'ExposedPorts':{'80/tcp':{}},'StopSignal':'SIGINT',"
                + "'Labels':{'l':'x'},'Healthcheck':{'Interval':1}");
    assertThat(config.entrypoint()).containsExactly("/a");
    assertThat(config.cmd()).isEmpty();
    assertThat(config.env()).containsExactly("A=1");
    assertThat(config.user()).isEqualTo("1:2");
    assertThat(config.workingDir()).isEqualTo("/w");
    assertThat(config.volumes()).containsExactly("/v");
    assertThat(config.exposedPorts()).containsExactly("80/tcp");
    assertThat(config.stopSignal()).isEqualTo("SIGINT");
    assertThat(config.labels()).containsEntry("l", "x");
    assertThat(ImageConfig.parse(dev.cloister.encoding.JsonWriter.canonicalBytes(config.toJson())))
        .isEqualTo(config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'Entrypoint':'/a'; config.config.Entrypoint",
        "'Env':['NOVALUE']; config.config.Env",
        "'Env':[1]; config.config.Env[0]",
        "'Volumes':['/v']; config.config.Volumes"
      },
      quoteCharacter = '`')
  void refusesAConfigurationWithWrongTypes(String process, String path) {
    assertThatThrownBy(() -> config(process))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ImageError.BAD_MANIFEST);
              assertThat(e.where()).isEqualTo(path);
            });
  }

  @Test
  void refusesAConfigurationForAnotherMachine() {
    assertThatThrownBy(() -> ImageConfig.parse(json("{'os':'linux','architecture':'arm64'}")))
        .hasMessageContaining("CL-IMG-011")
        .hasMessageContaining("linux/arm64");
  }

  @Test
  void takesTheEntryOfAnIndexForOurPlatform() {
    Descriptor chosen = ImageManifest.select(index("'os':'linux','architecture':'amd64'"), "index");
    assertThat(chosen.digest()).hasToString(DIGEST);
  }

  @Test
  void refusesAnIndexWithoutOurPlatform() {
    assertThatThrownBy(
            () -> ImageManifest.select(index("'os':'windows','architecture':'amd64'"), "index"))
        .hasMessageContaining("CL-IMG-011");
  }

  @Test
  void refusesADocumentThatIsIndexAndManifestAtOnce() {
    Bytes both = json("{'schemaVersion':2,'manifests':[],'layers':[]}");
    assertThatThrownBy(() -> ImageManifest.isIndex(both, MediaType.INDEX, "m"))
        .hasMessageContaining("both an index and a manifest");
  }

  @Test
  void refusesMoreThan512Layers() {
    String layer = "{'mediaType':'" + MediaType.LAYER + "','digest':'" + DIGEST + "','size':1}";
    String layers = String.join(",", java.util.Collections.nCopies(513, layer));
    Bytes manifest =
        json(
            "{'schemaVersion':2,'config':{'mediaType':'"
                + MediaType.CONFIG
                + "','digest':'"
                + DIGEST
                + "','size':1},'layers':["
                + layers
                + "]}");
    assertThatThrownBy(() -> ImageManifest.parse(manifest, "m"))
        .hasMessageContaining("more than 512 layers");
  }

  @Test
  void refusesWhatIsNoContainerImage() {
    Bytes manifest =
        json(
            "{'schemaVersion':2,'config':{'mediaType':'application/x','digest':'"
                + DIGEST
                + "','size':1},'layers':[]}");
    assertThatThrownBy(() -> ImageManifest.parse(manifest, "m"))
        .hasMessageContaining("m.config.mediaType");
  }

  private static Bytes index(String platform) {
    return json(
        "{'schemaVersion':2,'manifests':[{'mediaType':'"
            + MediaType.MANIFEST
            + "','digest':'"
            + DIGEST
            + "','size':7,'platform':{"
            + platform
            + "}}]}");
  }

  private static ImageConfig config(String process) {
    return ImageConfig.parse(
        json(
            "{'os':'linux','architecture':'amd64','rootfs':{'type':'layers','diff_ids':['"
                + DIGEST
                + "']},'config':{"
                + process
                + "}}"));
  }

  private static Bytes json(String text) {
    return Bytes.ofUtf8(text.replace('\'', '"'));
  }
}
