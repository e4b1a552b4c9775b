package dev.cloister.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The worked example of {@code docs/deployment.md}: other implementations must agree. */
class VectorTest {

  private static final Bytes STATEMENT =
      Bytes.ofUtf8(
          "{\"deployment\":\""
              + "11".repeat(32)
              + "\",\"expires\":\"2027-01-31T12:00:00Z\",\"manifest\":\""
              + "22".repeat(32)
              + "\",\"number\":2,\"previous\":\""
              + "33".repeat(32)
              + "\",\"reason\":\"web 1.4 with the fix\",\"schema\":\"cloister/transition/v1\"}");
  private static final OwnerKey OWNER =
      OwnerKey.of(
          Bytes.ofHex(
              "302a300506032b6570032100"
                  + "0be23aaff323ef2474f2c03d15d76ee6244b98d8abd843b20eaa29680b741862"),
          "owner");
  private static final Bytes SIGNATURE =
      Bytes.ofHex(
          "8edeb43aa5f521a8c64b7afffb7a6909aef60f23532687ff7c87c40afd74db14"
              + "e0c9e705b3c49da3c37f4e655e987820b300589c3875e5205b45f44b03e7430a");

  @Test
  void theBytesToSignAndTheHeadAreThoseOfTheDocument() {
    Transition transition = Transition.parse(STATEMENT);
    assertThat(transition.head().digest().toHex())
        .isEqualTo("55047adb99cc7cc4076979fd3b9914e270c7cae0959d4b83d2b58a856e820c91");
    assertThat(transition.signedBytes().size()).isEqualTo(385);
    assertThat(transition.signedBytes().slice(0, 38).toHex())
        .isEqualTo("0000000000000016636c6f69737465722f7472616e736974696f6e2f7631000000000000015b");
    assertThat(transition.signedBytes().sha256().toHex())
        .isEqualTo("57162bcd7edefcf21e5f9ec12eced68ea1dd086e141675b997fbb8a23d5156c6");
  }

  @Test
  void theSignatureIsThatOfTheDocument() {
    Transition transition = Transition.parse(STATEMENT);
    assertThat(Approval.of(transition, OWNER, SIGNATURE).key()).isEqualTo(OWNER.digest());
    Secret pkcs8 =
        Secret.takeFrom(
            Bytes.concat(
                    Bytes.ofHex("302e020100300506032b657004220420"),
                    Bytes.ofUtf8("an owner's seed, known to anyone"))
                .toArray());
    OwnerSigner signer = OwnerSigner.of(pkcs8, List.of(OWNER));
    assertThat(Approval.sign(transition, signer).signature()).isEqualTo(SIGNATURE);
  }
}
