package dev.cloister.kubernetes;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A deployment, images and shortcuts for the tests of this module. */
final class Samples {

  private static final Bytes KEY =
      Bytes.ofHex(
          "302a300506032b6570032100976ed8b9db47c64834059193b3c1b3b8a0ea2463042bc700b750971fd9fed2ba");

  private static final Bytes RECOVERY_KEY =
      Bytes.ofHex(
          "302a300506032b6570032100c16884ec3618fb37d5cb0b5501a808eb7cf9f8325dc0611992d1db1ad13c2a4f");
  private static final Bytes ENCRYPTION_KEY =
      Bytes.ofHex(
          "302a300506032b656e032100e432f5ae1204cad69047757f3ef9d463655e26fc0754050db5dd8bc4d3351619");

  /** Most images of the tests: a shell, and a user {@code app} with a second group. */
  static final ImageDefaults SHELL =
      new ImageDefaults(
          List.of(),
          List.of("/bin/sh"),
          List.of("PATH=/usr/bin:/bin", "LANG=C.UTF-8"),
          "",
          "",
          List.of(),
          "");

  private static final String PASSWD =
      "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n";
  private static final String GROUP = "root:x:0:\napp:x:1001:\nlogs:x:1500:app,other\n";

  private Samples() {}

  static Deployment deployment() {
    Quorum update = new Quorum(1, List.of(OwnerKey.of(KEY, "owner")));
    RecoveryOwner owner =
        new RecoveryOwner(
            OwnerKey.of(RECOVERY_KEY, "owner"), EncryptionKey.of(ENCRYPTION_KEY, "owner"));
    Owners owners = new Owners(update, new RecoveryQuorum(1, List.of(owner)));
    Bytes nonce = Bytes.ofUtf8("0123456789abcdef0123456789abcdef");
    return Deployment.create("shop", nonce, Mode.SIMULATED, owners);
  }

  /** Images whose name decides what they are; the digest is made of the name. */
  static ImageSource images() {
    return reference -> image(reference, defaultsOf(reference));
  }

  private static ImageDefaults defaultsOf(String reference) {
    if (reference.contains("server")) {
      return new ImageDefaults(
          List.of("/usr/bin/server"),
          List.of("--port", "80"),
          List.of("PATH=/usr/bin:/bin", "MODE=image"),
          "app:app",
          "/srv/",
          List.of("/data"),
          "SIGQUIT");
    }
    return reference.contains("empty") ? ImageDefaults.NONE : SHELL;
  }

  static PinnedImage image(String reference, ImageDefaults defaults) {
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    String digest = Bytes.ofUtf8("manifest of " + name).sha256().toHex();
    Map<String, String> files = Map.of("/etc/passwd", PASSWD, "/etc/group", GROUP);
    return new PinnedImage(
        "sha256:" + digest,
        Bytes.ofUtf8("disk of " + name).sha256().toHex(),
        1234,
        1,
        defaults,
        (path, _) -> Bytes.ofUtf8(files.getOrDefault(path, "")));
  }

  static Generator generator() {
    return new Generator(deployment(), images(), "default");
  }

  static Generation generate(String yaml) {
    return generator().generate(List.of(SourceFile.of("pod.yaml", yaml)));
  }

  static GeneratedWorkload workload(String yaml) {
    return generate(yaml).workloads().getFirst();
  }

  /** A reference value of a simulated VM. */
  static ReferenceValue referenceValue() {
    SnpProduct product = SnpProduct.GENOA;
    return SnpReferenceValue.plain(
        "guest",
        new TrustAnchor.Simulated(Bytes.ofUtf8("root").sha256()),
        product,
        Bytes.ofUtf8("digest").sha384(),
        1,
        new TcbVersion(product.layout(), 0, 1, 2, 3, 4));
  }

  /** A pod with one container, to which lines are added (indented as fields of the container). */
  static String podWith(String... containerLines) {
    StringBuilder yaml =
        new StringBuilder(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
            spec:
              containers:
              - name: main
                image: registry.example/tool:1
            """);
    for (String line : containerLines) {
      yaml.append("    ").append(line).append('\n');
    }
    return yaml.toString();
  }

  /** A pod with one container, and lines added as fields of its spec. */
  static String podSpec(String... specLines) {
    StringBuilder yaml = new StringBuilder(podWith());
    for (String line : specLines) {
      yaml.append("  ").append(line).append('\n');
    }
    return yaml.toString();
  }

  static void assertRefused(ErrorCode code, String where, ThrowingCallable action) {
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal -> {
              Assertions.assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
              Assertions.assertThat(refusal.where()).as(refusal.getMessage()).isEqualTo(where);
            });
  }

  /** Refused with this code, wherever. */
  static void assertCode(ErrorCode code, ThrowingCallable action) {
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal ->
                Assertions.assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code));
  }

  /** Refused with this code and place, and the detail holds the text. */
  static void assertRefused(ErrorCode code, String where, String detail, ThrowingCallable action) {
    assertRefused(code, where, action);
    Assertions.assertThatThrownBy(action).hasMessageContaining(detail);
  }
}
