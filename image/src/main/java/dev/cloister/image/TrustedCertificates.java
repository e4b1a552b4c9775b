package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS that trusts the platform's certificates and those of the given files. */
final class TrustedCertificates {

  private TrustedCertificates() {}

  static SSLContext with(List<Path> files) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (TrustManager manager : factory(null).getTrustManagers()) {
        if (manager instanceof X509TrustManager platform) {
          for (X509Certificate certificate : platform.getAcceptedIssuers()) {
            trusted.setCertificateEntry("platform-" + count++, certificate);
          }
        }
      }
      for (Path file : files) {
        for (Certificate certificate : read(file)) {
          trusted.setCertificateEntry("own-" + count++, certificate);
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory(trusted).getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static TrustManagerFactory factory(@Nullable KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory;
  }

  private static List<Certificate> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> found =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (found.isEmpty()) {
        throw new CloisterException(
            ImageError.REGISTRY_UNREACHABLE, file.toString(), "holds no certificate");
      }
      return found;
    } catch (IOException | GeneralSecurityException e) {
      throw new CloisterException(
          ImageError.REGISTRY_UNREACHABLE, file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }
}
