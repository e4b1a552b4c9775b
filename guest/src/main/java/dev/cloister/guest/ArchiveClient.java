package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/**
 * Fetches files of an archive over {@code http}, {@code https} or {@code file}. What arrives is not
 * trusted here; whoever asks says which digest it must have. Safe for use by many threads.
 */
final class ArchiveClient {

  private static final int ATTEMPTS = 3;
  private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(30).toMillis();
  private static final int PIECE = 1 << 16;

  private final HostProxy proxy;

  ArchiveClient(HostProxy proxy) {
    this.proxy = proxy;
  }

  /** The host's settings for the archive. */
  HostProxy settings() {
    return proxy;
  }

  /** A whole file of at most {@code maxBytes} bytes. */
  byte[] fetch(URI address, int maxBytes, BuildProgress progress, String step) {
    return retrying(
        address,
        () -> {
          try (InputStream in = open(address)) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
              throw new IOException("longer than " + maxBytes + " bytes");
            }
            progress.report(step, content.length, content.length);
            return content;
          }
        });
  }

  /**
   * Fetches a file of a known size and digest to {@code target}, which appears only when it is
   * whole and right.
   *
   * @return false where the archive has no such file any more
   * @throws CloisterException with {@link GuestError#PACKAGE_MISMATCH} where other bytes came
   */
  boolean fetchTo(
      Path target, URI address, long size, Bytes sha256, BuildProgress progress, String step) {
    return retrying(
        address,
        () -> {
          Path part = Files.createTempFile(target.getParent(), ".fetch", ".part");
          try {
            Bytes digest = copy(address, part, size, progress, step);
            if (Files.size(part) != size || !digest.equals(sha256)) {
              throw new CloisterException(
                  GuestError.PACKAGE_MISMATCH,
                  address.toString(),
                  "expected "
                      + size
                      + " bytes with SHA-256 "
                      + sha256.toHex()
                      + ", found "
                      + Files.size(part)
                      + " bytes with "
                      + digest.toHex());
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
          } catch (FileNotFoundException e) {
            return false;
          } finally {
            Files.deleteIfExists(part);
          }
        });
  }

  private Bytes copy(URI address, Path part, long size, BuildProgress progress, String step)
      throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = open(address);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
      byte[] piece = new byte[PIECE];
      long done = 0;
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        done += n;
        if (done > size) {
          throw new CloisterException(
              GuestError.PACKAGE_MISMATCH,
              address.toString(),
              "longer than the " + size + " bytes that it must have");
        }
        out.write(piece, 0, n);
        progress.report(step, done, size);
      }
    }
    return Bytes.of(digest.digest());
  }

  private InputStream open(URI address) throws IOException {
    if (address.getScheme().equals("file")) {
      return openFile(Path.of(address));
    }
    URLConnection connection = address.toURL().openConnection(proxy.forAddress(address));
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setRequestProperty("User-Agent", "cloister");
    if (connection instanceof HttpURLConnection http) {
      int status = http.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE) {
        throw new FileNotFoundException("HTTP status " + status);
      }
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("HTTP status " + status);
      }
    }
    return connection.getInputStream();
  }

  private static InputStream openFile(Path file) throws IOException {
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw (FileNotFoundException) new FileNotFoundException("no such file").initCause(e);
    }
  }

  private static <T> T retrying(URI address, Fetch<T> fetch) {
    IOException last = new IOException("not tried");
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        return fetch.run();
      } catch (FileNotFoundException e) {
        throw unreachable(address, e);
      } catch (IOException e) {
        last = e;
      }
    }
    throw unreachable(address, last);
  }

  private static CloisterException unreachable(URI address, IOException cause) {
    return new CloisterException(
        GuestError.ARCHIVE_UNREACHABLE,
        address.toString(),
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(),
        cause);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @FunctionalInterface
  private interface Fetch<T> {
    T run() throws IOException;
  }
}
