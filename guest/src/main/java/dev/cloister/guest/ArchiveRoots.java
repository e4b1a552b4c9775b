package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where the two roots of Debian's archive are, each without a slash at its end. No address is part
 * of Cloister: they come from the host's apt configuration or from the environment. Whoever answers
 * there is not trusted (see {@link InRelease}).
 *
 * @param debian the root with the suites {@code trixie} and {@code trixie-updates}
 * @param security the root with the suite {@code trixie-security}
 */
public record ArchiveRoots(URI debian, URI security) {

  /** Environment variable that overrides the main archive's root. */
  public static final String DEBIAN_VARIABLE = "CLOISTER_DEBIAN_ARCHIVE";

  /** Environment variable that overrides the security archive's root. */
  public static final String SECURITY_VARIABLE = "CLOISTER_DEBIAN_SECURITY_ARCHIVE";

  public ArchiveRoots {
    debian = withoutSlash(debian);
    security = withoutSlash(security);
  }

  /**
   * The roots that the host uses.
   *
   * @param etcApt apt's configuration directory, usually {@code /etc/apt}
   * @param environment the process's environment, for the two overriding variables
   * @throws CloisterException with {@link GuestError#SOURCES_UNUSABLE}
   */
  public static ArchiveRoots ofHost(Path etcApt, Map<String, String> environment) {
    List<AptSource> sources = AptSource.readAll(etcApt);
    String debianOverride = environment.getOrDefault(DEBIAN_VARIABLE, "");
    String securityOverride = environment.getOrDefault(SECURITY_VARIABLE, "");
    URI debian =
        debianOverride.isEmpty()
            ? best(sources, AptSource::isDebian, etcApt)
            : address(debianOverride, DEBIAN_VARIABLE);
    if (!securityOverride.isEmpty()) {
      return new ArchiveRoots(debian, address(securityOverride, SECURITY_VARIABLE));
    }
    boolean known = debianOverride.isEmpty() && sources.stream().anyMatch(AptSource::isSecurity);
    return new ArchiveRoots(
        debian, known ? best(sources, AptSource::isSecurity, etcApt) : besides(debian));
  }

  /** The address of a root. */
  public URI of(ArchiveSuite.Root root) {
    return switch (root) {
      case DEBIAN -> debian;
      case SECURITY -> security;
    };
  }

  /** The best match: one that names Debian's keyring or ends in Debian's directory names. */
  private static URI best(List<AptSource> sources, Predicate<AptSource> wanted, Path etcApt) {
    return sources.stream()
        .filter(wanted)
        .filter(AptSource::looksLikeDebian)
        .findFirst()
        .or(() -> sources.stream().filter(wanted).findFirst())
        .map(AptSource::uri)
        .orElseThrow(() ->
            new CloisterException(
                GuestError.SOURCES_UNUSABLE, etcApt.toString(), "no Debian source found"));
  }

  /** Mirrors carry the security archive beside the main one. */
  private static URI besides(URI debian) {
    String text = withoutSlash(debian).toString();
    return URI.create(text.substring(0, text.lastIndexOf('/') + 1) + "debian-security");
  }

  private static URI address(String text, String variable) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new CloisterException(GuestError.SOURCES_UNUSABLE, variable, "not an address", e);
    }
  }

  private static URI withoutSlash(URI uri) {
    String text = uri.toString();
    return text.endsWith("/")
        ? withoutSlash(URI.create(text.substring(0, text.length() - 1)))
        : uri;
  }
}
