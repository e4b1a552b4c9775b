package dev.cloister.guest;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxy that the host wants to be used: apt's own setting first ({@code Acquire::http::Proxy},
 * apt.conf(5)), then the environment's {@code http_proxy}, {@code https_proxy} and {@code
 * no_proxy}.
 *
 * @param aptConfiguration what {@code apt-config dump} prints, or empty
 * @param environment the process's environment
 */
public record HostProxy(String aptConfiguration, Map<String, String> environment) {

  public HostProxy {
    environment = Map.copyOf(environment);
  }

  /** No proxy at all. */
  public static HostProxy none() {
    return new HostProxy("", Map.of());
  }

  /** The proxy to use for {@code address}. */
  Proxy forAddress(URI address) {
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    Matcher setting =
        Pattern.compile("(?mi)^Acquire::" + Pattern.quote(scheme) + "::Proxy \"([^\"]*)\";$")
            .matcher(aptConfiguration);
    if (setting.find() && !setting.group(1).isEmpty()) {
      return setting.group(1).equals("DIRECT") ? Proxy.NO_PROXY : proxyOf(setting.group(1));
    }
    if (isExempt(address.getHost())) {
      return Proxy.NO_PROXY;
    }
    String name = scheme + "_proxy";
    String value =
        environment.getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
    return value.isEmpty() ? Proxy.NO_PROXY : proxyOf(value);
  }

  /** Whether the host told apt not to mind the age of signed indexes (frozen mirrors). */
  boolean acceptsOldIndexes() {
    return Pattern.compile("(?mi)^Acquire::Check-Valid-Until \"(false|no|0)\";$")
        .matcher(aptConfiguration)
        .find();
  }

  private boolean isExempt(String host) {
    String list =
        environment.getOrDefault("no_proxy", environment.getOrDefault("NO_PROXY", "")).strip();
    for (String entry : list.split("\\s*,\\s*", -1)) {
      String suffix = entry.startsWith("*") ? entry.substring(1) : entry;
      if (entry.equals("*")
          || (!suffix.isEmpty()
              && (host.equals(suffix)
                  || host.endsWith(suffix.startsWith(".") ? suffix : "." + suffix)))) {
        return true;
      }
    }
    return false;
  }

  private static Proxy proxyOf(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    if (uri.getHost() == null) {
      return Proxy.NO_PROXY;
    }
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
  }
}
