package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;

/**
 * Requests to one or more registries: time limits, redirects by our own rules, bodies that must
 * keep coming. Thread-safe.
 */
final class RegistryHttp implements AutoCloseable {

  private static final int MAX_REDIRECTS = 5;

  /** What a registry must take in a second of a body that is pushed. */
  private static final long LEAST_PER_SECOND = 256 << 10;

  private final HttpClient client;
  private final RegistryOptions options;

  RegistryHttp(RegistryOptions options) {
    this.options = options;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.connectTimeout());
    if (!options.caCertificates().isEmpty()) {
      builder.sslContext(TrustedCertificates.with(options.caCertificates()));
    }
    this.client = builder.build();
  }

  /**
   * A request.
   *
   * @param method GET, HEAD, POST or PUT
   * @param headers sent to every address that the request is redirected to, but {@code
   *     Authorization} only to the first one's host
   */
  record Request(String method, URI uri, Map<String, String> headers, RequestBody body) {
    Request {
      headers = Map.copyOf(headers);
    }

    static Request get(URI uri, Map<String, String> headers) {
      return new Request("GET", uri, headers, HttpRequest.BodyPublishers::noBody);
    }
  }

  /** The body of a request, made anew each time that it is sent. */
  @FunctionalInterface
  interface RequestBody {
    HttpRequest.BodyPublisher publisher() throws IOException;
  }

  /**
   * An answer, whose body the caller closes.
   *
   * @param uri the address that answered, after redirects
   */
  record Answer(HttpResponse<InputStream> response, InputStream body, URI uri)
      implements AutoCloseable {

    int status() {
      return response.statusCode();
    }

    /** The header's first value, or the empty text. */
    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /** The whole body, which may have at most {@code limit} bytes. */
    Bytes bytes(int limit) {
      try {
        byte[] all = body.readNBytes(limit + 1);
        if (all.length > limit) {
          throw new CloisterException(
              ImageError.LIMIT,
              uri.getRawAuthority(),
              "an answer of more than " + limit + " bytes");
        }
        return Bytes.of(all);
      } catch (IOException e) {
        throw new CloisterException(
            ImageError.REGISTRY_UNREACHABLE, uri.getRawAuthority(), "" + e.getMessage(), e);
      }
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        throw new CloisterException(
            ImageError.REGISTRY_UNREACHABLE, uri.getRawAuthority(), "" + e.getMessage(), e);
      }
    }
  }

  /** Sends the request and follows redirects of GET and HEAD. */
  Answer send(Request request) {
    URI uri = request.uri();
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      boolean sameHost = uri.getRawAuthority().equals(request.uri().getRawAuthority());
      Answer answer = sendOnce(request, uri, sameHost);
      boolean reading = request.method().equals("GET") || request.method().equals("HEAD");
      if (!reading || !isRedirect(answer.status())) {
        return answer;
      }
      uri = target(uri, answer.header("location"));
      answer.close();
    }
    throw protocol(request.uri(), "more than " + MAX_REDIRECTS + " redirects");
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private URI target(URI from, String location) {
    try {
      URI to = from.resolve(location);
      if (to.getRawAuthority() == null || to.getRawUserInfo() != null) {
        throw protocol(from, "a redirect to no host");
      }
      if (from.getScheme().equals("https") && !to.getScheme().equals("https")) {
        throw protocol(from, "a redirect from HTTPS to " + to.getScheme());
      }
      return Endpoint.checked(to, options);
    } catch (IllegalArgumentException e) {
      throw new CloisterException(
          ImageError.REGISTRY_PROTOCOL, from.getRawAuthority(), "a redirect to no address", e);
    }
  }

  private Answer sendOnce(Request request, URI uri, boolean sameHost) {
    String where = uri.getRawAuthority();
    try {
      HttpRequest.BodyPublisher sent = request.body().publisher();
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(uri)
              .timeout(patience(sent.contentLength()))
              .method(request.method(), sent);
      request
          .headers()
          .forEach((name, value) -> {
            if (sameHost || !name.equals("Authorization")) {
              builder.header(name, value);
            }
          });
      HttpResponse<InputStream> response =
          client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
      InputStream body = new StallGuard(response.body(), options.stallTimeout(), where);
      return new Answer(response, body, uri);
    } catch (HttpTimeoutException e) {
      throw timeout(e, where);
    } catch (IOException e) {
      throw new CloisterException(ImageError.REGISTRY_UNREACHABLE, where, reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(ImageError.INTERRUPTED, where, "interrupted", e);
    }
  }

  /** The client's limit counts until the answer, so the time to send the body is added. */
  private Duration patience(long bodyBytes) {
    return options.stallTimeout().plusSeconds(Math.max(0, bodyBytes) / LEAST_PER_SECOND);
  }

  private CloisterException timeout(HttpTimeoutException e, String where) {
    return e instanceof java.net.http.HttpConnectTimeoutException
        ? new CloisterException(
            ImageError.REGISTRY_UNREACHABLE,
            where,
            "no connection in " + options.connectTimeout().toMillis() + " ms",
            e)
        : new CloisterException(
            ImageError.REGISTRY_STALLED,
            where,
            "no answer in " + options.stallTimeout().toMillis() + " ms",
            e);
  }

  /** One clause for people; the client's own exceptions often have no text. */
  private static String reason(IOException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof java.net.ConnectException) {
        return "the connection was refused";
      }
      if (t instanceof java.nio.channels.UnresolvedAddressException
          || t instanceof java.net.UnknownHostException) {
        return "no host of this name";
      }
      if (t instanceof javax.net.ssl.SSLException) {
        return "TLS failed: " + t.getMessage();
      }
    }
    return "the connection broke: " + e.getMessage();
  }

  static CloisterException protocol(URI uri, String detail) {
    return new CloisterException(ImageError.REGISTRY_PROTOCOL, uri.getRawAuthority(), detail);
  }

  RegistryOptions options() {
    return options;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
