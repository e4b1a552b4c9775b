package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A root CA and a mesh CA that openssl made. */
record TestAuthorities(X509Certificate root, X509Certificate mesh) {

  /** Makes them; the files go into the directory. */
  static TestAuthorities make(Path directory) throws IOException {
    X509Certificate root = authority(directory, "root");
    X509Certificate mesh =
        authority(
            directory, "mesh", "-CA", directory + "/root.pem", "-CAkey", directory + "/root.key");
    return new TestAuthorities(root, mesh);
  }

  private static X509Certificate authority(Path directory, String name, String... issuer)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "ec"));
    command.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"));
    command.addAll(List.of("-keyout", directory + "/" + name + ".key", "-subj", "/CN=" + name));
    command.addAll(List.of("-out", directory + "/" + name + ".pem"));
    command.addAll(List.of("-addext", "basicConstraints=critical,CA:TRUE"));
    command.addAll(List.of("-addext", "keyUsage=critical,keyCertSign,cRLSign"));
    command.addAll(List.of(issuer));
    run(command);
    byte[] pem = Files.readAllBytes(directory.resolve(name + ".pem"));
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem));
    } catch (CertificateException e) {
      throw new IOException(e);
    }
  }

  /** Runs a program that must succeed. */
  static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = Bytes.of(process.getInputStream().readAllBytes()).toUtf8();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    assertThat(process.exitValue()).as(said).isZero();
  }

  Bytes rootDigest() {
    return Bytes.of(root.getPublicKey().getEncoded()).sha256();
  }

  static Bytes der(X509Certificate certificate) {
    try {
      return Bytes.of(certificate.getEncoded());
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }
}
