package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an image is: the grammar of the distribution project's {@code reference} package with
 * Docker's defaults ({@code nginx} is {@code docker.io/library/nginx:latest}).
 *
 * @param registry host name with an optional port
 * @param repository path within the registry
 * @param tag the tag, where one is written, or {@code latest} where neither tag nor digest is
 * @param digest the digest, where one is written; it wins over the tag
 */
public record Reference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  /** What a reference without a registry means. */
  static final String DEFAULT_REGISTRY = "docker.io";

  private static final int MAX_LENGTH = 512;
  private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern REPOSITORY = Pattern.compile(PART + "(?:/" + PART + ")*");
  private static final Pattern HOST =
      Pattern.compile(
          "(?:\\[[0-9a-fA-F:]+]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::[0-9]{1,5})?");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final Pattern WHOLE =
      Pattern.compile("([^@]*?)(?::([^/@:]*))?(?:@(.*))?", Pattern.DOTALL);

  public Reference {
    if (!HOST.matcher(registry).matches()) {
      throw new IllegalArgumentException("registry " + registry);
    }
    if (repository.length() > 255 || !REPOSITORY.matcher(repository).matches()) {
      throw new IllegalArgumentException("repository " + repository);
    }
    if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
      throw new IllegalArgumentException("tag " + tag.get());
    }
  }

  /**
   * Reads a reference as people and Kubernetes write it.
   *
   * @throws CloisterException with {@link ImageError#BAD_REFERENCE}
   */
  public static Reference parse(String text) {
    Matcher whole = WHOLE.matcher(text);
    if (text.length() > MAX_LENGTH || !whole.matches()) {
      throw bad(text, "too long or empty");
    }
    String name = whole.group(1);
    String registry = DEFAULT_REGISTRY;
    String repository = name;
    int slash = name.indexOf('/');
    if (slash > 0 && isHost(name.substring(0, slash))) {
      registry = name.substring(0, slash);
      repository = name.substring(slash + 1);
    }
    if (isDefault(registry)) {
      registry = DEFAULT_REGISTRY;
      repository = repository.contains("/") ? repository : "library/" + repository;
    }
    Optional<Digest> digest =
        Optional.ofNullable(whole.group(3)).map(written -> parseDigest(written, text));
    Optional<String> tag = Optional.ofNullable(whole.group(2));
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of("latest");
    }
    try {
      return new Reference(registry, repository, tag, digest);
    } catch (IllegalArgumentException e) {
      throw new CloisterException(
          ImageError.BAD_REFERENCE, shown(text), "not an image reference: " + e.getMessage(), e);
    }
  }

  private static boolean isHost(String first) {
    return first.contains(".")
        || first.contains(":")
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
  }

  private static boolean isDefault(String registry) {
    return registry.equals(DEFAULT_REGISTRY) || registry.equals("index." + DEFAULT_REGISTRY);
  }

  private static Digest parseDigest(String written, String text) {
    try {
      return Digest.parse(written, "");
    } catch (CloisterException e) {
      throw new CloisterException(
          ImageError.BAD_REFERENCE, shown(text), "the digest " + e.detail(), e);
    }
  }

  private static CloisterException bad(String text, String detail) {
    return new CloisterException(ImageError.BAD_REFERENCE, shown(text), detail);
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  /** The same image by digest only. */
  public Reference at(Digest pinned) {
    return new Reference(registry, repository, Optional.empty(), Optional.of(pinned));
  }

  /** What the registry's manifest address ends in: the digest, or else the tag. */
  String manifestName() {
    return digest.map(Digest::toString).orElseGet(() -> tag.orElse("latest"));
  }

  /** The full form, with registry, and with tag and digest as far as they are known. */
  @Override
  public String toString() {
    return registry
        + "/"
        + repository
        + tag.map(name -> ":" + name).orElse("")
        + digest.map(name -> "@" + name).orElse("");
  }
}
