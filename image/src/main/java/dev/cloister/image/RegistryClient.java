package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Reads images from registries and writes them there (OCI Distribution Specification 1.1), over
 * {@code java.net.http}. The caller's thread waits. Thread-safe.
 */
public final class RegistryClient implements ImageSource, AutoCloseable {

  /** Most bytes of a manifest or index (the specification's least is 4 MiB). */
  static final int MAX_MANIFEST = 4 << 20;

  private final RegistryOptions options;
  private final RegistryHttp http;
  private final RegistryLogin login;

  /** A client that opens connections when they are needed. */
  public RegistryClient(RegistryOptions options) {
    this.options = options;
    this.http = new RegistryHttp(options);
    this.login = new RegistryLogin(http);
  }

  @Override
  public Document manifest(Reference reference) {
    List<Endpoint> endpoints = Endpoint.of(reference.registry(), options);
    for (Endpoint mirror : endpoints.subList(0, endpoints.size() - 1)) {
      try {
        return manifest(mirror, reference);
      } catch (CloisterException e) {
        if (e.code() == ImageError.INTERRUPTED) {
          throw e;
        }
        // A mirror that does not have it, or is not there, is no failure while others are left.
      }
    }
    return manifest(endpoints.getLast(), reference);
  }

  private Document manifest(Endpoint endpoint, Reference reference) {
    URI uri = uri(endpoint, reference, "manifests/" + reference.manifestName());
    Map<String, String> accept = Map.of("Accept", String.join(", ", MediaType.MANIFESTS));
    try (RegistryHttp.Answer answer =
        login.send(
            endpoint, reference.repository(), "pull", RegistryHttp.Request.get(uri, accept))) {
      check(answer, 200, reference.toString());
      Bytes bytes = answer.bytes(MAX_MANIFEST);
      Digest found = Digest.of(bytes);
      if (reference.digest().isPresent() && !reference.digest().get().equals(found)) {
        throw new CloisterException(
            ImageError.BLOB_DIFFERS, reference.toString(), "the registry sent " + found);
      }
      return new Document(bytes, answer.header("content-type").split(";", 2)[0].strip());
    }
  }

  @Override
  public int attempts() {
    return options.attempts();
  }

  @Override
  public int places(Reference reference) {
    return Endpoint.of(reference.registry(), options).size();
  }

  @Override
  public InputStream blob(Reference reference, Descriptor blob, long from, int place) {
    List<Endpoint> endpoints = Endpoint.of(reference.registry(), options);
    Endpoint endpoint = endpoints.get(place);
    URI uri = uri(endpoint, reference, "blobs/" + blob.digest());
    Map<String, String> headers = from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-");
    RegistryHttp.Answer answer =
        login.send(
            endpoint, reference.repository(), "pull", RegistryHttp.Request.get(uri, headers));
    try {
      return body(answer, blob, from, reference);
    } catch (CloisterException e) {
      answer.close();
      throw e;
    }
  }

  private static InputStream body(
      RegistryHttp.Answer answer, Descriptor blob, long from, Reference reference) {
    String where = reference.registry() + "/" + reference.repository() + "@" + blob.digest();
    boolean partial = from > 0 && answer.status() == 206;
    if (!partial) {
      check(answer, 200, where);
    } else if (!answer.header("content-range").startsWith("bytes " + from + "-")) {
      throw RegistryHttp.protocol(answer.uri(), "another range than the one asked for");
    }
    long expected = partial ? blob.size() - from : blob.size();
    long length = answer.response().headers().firstValueAsLong("content-length").orElse(expected);
    if (length != expected) {
      throw new CloisterException(
          ImageError.BLOB_DIFFERS,
          where,
          "the registry announces " + length + " bytes where " + expected + " belong");
    }
    if (!partial && from > 0) {
      skip(answer, from);
    }
    return answer.body();
  }

  /** A server that knows no ranges sends what is there already once more. */
  private static void skip(RegistryHttp.Answer answer, long count) {
    try {
      answer.body().skipNBytes(count);
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.REGISTRY_UNREACHABLE,
          answer.uri().getRawAuthority(),
          "the connection broke: " + e.getMessage(),
          e);
    }
  }

  static URI uri(Endpoint endpoint, Reference reference, String below) {
    return URI.create(endpoint.base() + "/v2/" + reference.repository() + "/" + below);
  }

  /** Turns an answer that is not the expected one into a refusal. */
  static void check(RegistryHttp.Answer answer, int expected, String where) {
    int status = answer.status();
    if (status == expected) {
      return;
    }
    switch (status) {
      case 403 ->
          throw new CloisterException(
              ImageError.REGISTRY_DENIED, where, "the registry forbids it (403)");
      case 404 ->
          throw new CloisterException(
              ImageError.NOT_FOUND, where, "the registry does not have it (404)");
      case 429 ->
          throw new CloisterException(
              ImageError.REGISTRY_UNREACHABLE, where, "the registry takes no more requests (429)");
      default ->
          throw new CloisterException(
              status >= 500 ? ImageError.REGISTRY_UNREACHABLE : ImageError.REGISTRY_PROTOCOL,
              where,
              "the registry answered " + status);
    }
  }

  /**
   * Writes an image of a layout to a registry; blobs that it has already are not sent.
   *
   * @param name the image's name in the layout
   * @param reference where it goes: the tag says under which name
   * @return the digest of the manifest
   */
  public Digest push(
      OciLayout layout, String name, Reference reference, ProgressListener progress) {
    Endpoint endpoint = Endpoint.of(reference.registry(), options).getLast();
    return new RegistryPush(login, endpoint, reference).push(layout, name, progress);
  }

  @Override
  public void close() {
    http.close();
  }
}
