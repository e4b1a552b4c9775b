package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnAuthorityTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path temp;

  @Test
  void trustsARegistryByACertificateOfItsOwnAndByNoOther() throws Exception {
    Path certificate = makeKey("own");
    OciLayout layout =
        new RawLayout(temp.resolve("layout")).plain(new RawTar().file("a", "x")).finish();
    try (FakeRegistry registry = FakeRegistry.withTls(layout, tls("own"))) {
      RegistryOptions options =
          RegistryOptions.defaults()
              .withMirrors(Map.of(registry.host(), List.of("https://" + registry.host())));
      assertThat(pull(registry, options.withCaCertificates(List.of(certificate)))).isPositive();
      Path other = makeKey("other");
      assertUntrusted(registry, options);
      assertUntrusted(registry, options.withCaCertificates(List.of(other)));
    }
  }

  @Test
  void namesAFileWithoutCertificates() throws Exception {
    Path empty = Files.createFile(temp.resolve("empty.pem"));
    RegistryOptions options = RegistryOptions.defaults().withCaCertificates(List.of(empty));
    assertThatThrownBy(() -> new RegistryClient(options)).hasMessageContaining("empty.pem");
  }

  private static void assertUntrusted(FakeRegistry registry, RegistryOptions options) {
    Endpoint mirror = Endpoint.of(registry.host(), options).getFirst();
    try (RegistryHttp http = new RegistryHttp(options)) {
      RegistryHttp.Request request = RegistryHttp.Request.get(mirror.base(), Map.of());
      assertThatThrownBy(() -> http.send(request))
          .isInstanceOf(CloisterException.class)
          .hasMessageContaining("TLS failed");
    }
  }

  private static int pull(FakeRegistry registry, RegistryOptions options) {
    try (RegistryClient client = new RegistryClient(options)) {
      return client.manifest(registry.reference()).bytes().size();
    }
  }

  private Path makeKey(String name) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String store = temp.resolve(name + ".p12").toString();
    Path certificate = temp.resolve(name + ".pem");
    Programs.run(
        keytool,
        "-genkeypair",
        "-keystore",
        store,
        "-storepass",
        "changeit",
        "-alias",
        name,
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=ip:127.0.0.1");
    Programs.run(
        keytool,
        "-exportcert",
        "-rfc",
        "-keystore",
        store,
        "-storepass",
        "changeit",
        "-alias",
        name,
        "-file",
        certificate.toString());
    return certificate;
  }

  private SSLContext tls(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(temp.resolve(name + ".p12"))) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    return tls;
  }
}
