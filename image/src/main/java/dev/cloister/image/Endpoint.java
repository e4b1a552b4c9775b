package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One address under which the repositories of a registry are served.
 *
 * @param base {@code scheme://host[:port]}
 * @param authority host and port, by which credentials are looked up
 */
record Endpoint(URI base, String authority) {

  private static final Pattern LOOPBACK =
      Pattern.compile("(?:localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(?::\\d+)?");

  /** The addresses of a registry, mirrors first. */
  static List<Endpoint> of(String registry, RegistryOptions options) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String mirror : options.mirrors().getOrDefault(registry, List.of())) {
      endpoints.add(ofMirror(mirror, options));
    }
    boolean plain = isPlainAllowed(registry, options);
    String host = registry.equals(Reference.DEFAULT_REGISTRY) ? "registry-1." + registry : registry;
    endpoints.add(new Endpoint(URI.create((plain ? "http://" : "https://") + host), registry));
    return endpoints;
  }

  private static Endpoint ofMirror(String address, RegistryOptions options) {
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new CloisterException(
          ImageError.BAD_REFERENCE, "mirror", "not an address: " + e.getMessage(), e);
    }
    String authority = uri.getRawAuthority();
    if (authority == null || authority.indexOf('@') >= 0 || uri.getScheme() == null) {
      throw new CloisterException(
          ImageError.BAD_REFERENCE, "mirror", "not scheme://host[:port]: " + address);
    }
    return new Endpoint(
        checked(URI.create(uri.getScheme() + "://" + authority), options), authority);
  }

  /** The address, unless it would be spoken to in plain HTTP without leave. */
  static URI checked(URI uri, RegistryOptions options) {
    String authority = String.valueOf(uri.getRawAuthority());
    boolean allowed =
        switch (String.valueOf(uri.getScheme())) {
          case "https" -> true;
          case "http" -> isPlainAllowed(authority, options);
          default -> false;
        };
    if (!allowed) {
      throw new CloisterException(
          ImageError.PLAIN_HTTP, authority, "the address " + uri.getScheme() + "://… is not HTTPS");
    }
    return uri;
  }

  private static boolean isPlainAllowed(String authority, RegistryOptions options) {
    return LOOPBACK.matcher(authority).matches() || options.plainHttp().contains(authority);
  }
}
