package dev.cloister.collateral;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a service, patiently: when it is overloaded or does not answer, again after a while, each
 * time a longer one, or as long as it asks for. Every answer has a limit of size and time, the body
 * included. Redirections are not followed. For any thread; blocks the caller's.
 */
final class Fetcher {

  static final int MAX_BYTES = 256 * 1024;
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final HttpClient client;
  private final Duration patience;
  private final InstantSource clock;
  private final Pause pause;

  /**
   * @param patience how long one answer may take, from question to last byte
   */
  Fetcher(Duration patience, InstantSource clock, Pause pause) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .build();
    this.patience = patience;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * What the service has under this name.
   *
   * @param name path and query
   * @param chainHeader the header that carries the certificates of the signer, or nothing
   * @throws CloisterException with a {@link CollateralError}
   */
  Piece get(URI service, String name, String chainHeader) {
    URI uri = URI.create(service + name);
    Duration wait = FIRST_PAUSE;
    String last = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Answer answer = ask(uri);
      switch (answer) {
        case Answer.Done done -> {
          return piece(name, done.response(), chainHeader);
        }
        case Answer.Later later -> {
          last = later.why();
          if (attempt < ATTEMPTS) {
            rest(later.after().orElse(wait));
            wait = wait.multipliedBy(2);
          }
        }
      }
    }
    throw new CloisterException(CollateralError.UNREACHABLE, uri.toString(), last);
  }

  private sealed interface Answer {
    record Done(HttpResponse<byte[]> response) implements Answer {}

    record Later(String why, Optional<Duration> after) implements Answer {}
  }

  private Answer ask(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(patience).GET().build();
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      HttpResponse<byte[]> response = pending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return judged(uri, response);
    } catch (TimeoutException e) {
      pending.cancel(true);
      return new Answer.Later("no whole answer within " + patience, Optional.empty());
    } catch (ExecutionException e) {
      return failed(uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CollateralError.UNREACHABLE, uri.toString(), "interrupted", e);
    }
  }

  private static Answer failed(URI uri, ExecutionException e) {
    String why = String.valueOf(e.getCause());
    // The limiting body handler of the JDK says so in its message only.
    if (why.contains("capacity")) {
      throw new CloisterException(
          CollateralError.TOO_LARGE, uri.toString(), "more than " + MAX_BYTES + " bytes", e);
    }
    if (e.getCause() instanceof IOException) {
      return new Answer.Later(why, Optional.empty());
    }
    throw new CloisterException(CollateralError.UNREACHABLE, uri.toString(), why, e);
  }

  private static Answer judged(URI uri, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status == 200) {
      return new Answer.Done(response);
    }
    if (status == 429 || status >= 500) {
      Optional<Duration> after =
          response
              .headers()
              .firstValue("Retry-After")
              .filter(text -> text.matches("[0-9]{1,4}"))
              .map(text -> Duration.ofSeconds(Long.parseLong(text)));
      return new Answer.Later("status " + status, after);
    }
    throw new CloisterException(CollateralError.NOT_THERE, uri.toString(), "status " + status);
  }

  private Piece piece(String name, HttpResponse<byte[]> response, String chainHeader) {
    Bytes chain =
        chainHeader.isEmpty()
            ? Bytes.EMPTY
            : response
                .headers()
                .firstValue(chainHeader)
                .map(text -> Bytes.ofUtf8(URLDecoder.decode(text, StandardCharsets.UTF_8)))
                .orElse(Bytes.EMPTY);
    return new Piece(name, Bytes.of(response.body()), chain, clock.instant());
  }

  private void rest(Duration wanted) {
    try {
      pause.pause(wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CollateralError.UNREACHABLE, "", "interrupted", e);
    }
  }
}
