package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.POLICY;
import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import org.junit.jupiter.api.Test;

class InitdataTest {

  private static Initdata made() {
    return Initdata.create(Documents.deployment(), POLICY);
  }

  private static void assertRefusedText(
      dev.cloister.encoding.ErrorCode code, String where, String text) {
    assertRefused(code, where, () -> Initdata.parse(Bytes.ofUtf8(text)));
  }

  @Test
  void whatIsCreatedReadsBackByteForByte() {
    Initdata made = made();
    Initdata read = Initdata.parse(made.document());
    assertThat(read).isEqualTo(made);
    assertThat(read.policy()).isEqualTo(POLICY);
    assertThat(read.deployment().document()).isEqualTo(made.deployment().document());
    assertThat(read.floor()).isEmpty();
  }

  @Test
  void theDigestIsOfTheBytesReceived() {
    Bytes spaced = Bytes.concat(made().document(), Bytes.ofUtf8("\n"));
    assertThat(Initdata.parse(spaced).digest()).isEqualTo(spaced.sha256());
  }

  @Test
  void carriesAFloor() {
    Floor floor = new Floor(POLICY.sha256(), new Head(7, POLICY.sha256()));
    Initdata made = made().withFloor(floor);
    assertThat(Initdata.parse(made.document()).floor()).contains(floor);
  }

  @Test
  void namesTheFileAndPathOfABadFloor() {
    String text = made().document().toUtf8().replaceFirst("\\{", "{\"floor.json\":\"{}\",");
    assertRefusedText(EncodingError.JSON_MISSING_FIELD, "floor.json: schema", text);
  }

  @Test
  void refusesAFileThatItDoesNotKnow() {
    String text = made().document().toUtf8().replaceFirst("\\{", "{\"run.sh\":\"\",");
    assertRefusedText(EncodingError.BUDGET_EXCEEDED, "", text + " ".repeat(Initdata.MAX_SIZE));
    assertRefusedText(EncodingError.JSON_UNKNOWN_FIELD, "initdata.run.sh", text);
  }

  @Test
  void refusesADocumentWithoutPolicy() {
    String text = made().document().toUtf8().replace("policy.json", "floor.json");
    assertRefusedText(EncodingError.JSON_MISSING_FIELD, "initdata.policy.json", text);
  }

  @Test
  void refusesAnEmptyPolicy() {
    assertRefused(
        ManifestError.INITDATA_FILE,
        "initdata.policy.json",
        () -> Initdata.create(Documents.deployment(), Bytes.EMPTY));
  }

  @Test
  void refusesAFileThatIsNotText() {
    assertRefusedText(
        EncodingError.JSON_WRONG_TYPE,
        "initdata.deployment.json",
        "{\"deployment.json\":1,\"policy.json\":\"x\"}");
  }

  @Test
  void namesTheFileAndPathOfABadDeployment() {
    String text = made().document().toUtf8().replace("simulated", "pretended");
    assertRefusedText(EncodingError.JSON_WRONG_TYPE, "deployment.json: mode", text);
  }

  @Test
  void aDiskGivesTheDocumentBackAndIsWholeSectors() {
    Bytes document = made().document();
    Bytes disk = InitdataDisk.write(document);
    assertThat(disk.size() % 4096).isZero();
    int size = InitdataDisk.documentSize(disk.slice(0, InitdataDisk.HEADER_SIZE));
    assertThat(disk.slice(InitdataDisk.HEADER_SIZE, InitdataDisk.HEADER_SIZE + size))
        .isEqualTo(document);
  }

  @Test
  void refusesADiskWithoutMagic() {
    assertRefused(
        ManifestError.INITDATA_DISK, "", () -> InitdataDisk.documentSize(Bytes.zeros(16)));
  }

  @Test
  void refusesADiskWhoseLengthIsBeyondTheLimit() {
    Bytes tooLong = Bytes.concat(Bytes.ofUtf8("CLINITD1"), Bytes.ofHex("0000000000100001"));
    assertRefused(ManifestError.INITDATA_DISK, "", () -> InitdataDisk.documentSize(tooLong));
    Bytes negative = Bytes.concat(Bytes.ofUtf8("CLINITD1"), Bytes.ofHex("ffffffffffffffff"));
    assertRefused(ManifestError.INITDATA_DISK, "", () -> InitdataDisk.documentSize(negative));
    Bytes largest = Bytes.concat(Bytes.ofUtf8("CLINITD1"), Bytes.ofHex("0000000000100000"));
    assertThat(InitdataDisk.documentSize(largest)).isEqualTo(Initdata.MAX_SIZE);
  }
}
