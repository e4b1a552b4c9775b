package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds credentials in Docker's {@code config.json} and Podman's {@code auth.json}: helpers of one
 * registry first ({@code credHelpers}), then entries of the file ({@code auths}, of which the one
 * for the longest part of the repository counts), then the common helper ({@code credsStore}).
 */
final class CredentialFiles {

  private static final int MAX_FILE = 1 << 20;

  private final List<Path> files;

  CredentialFiles(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /** The credential for a repository of a registry. */
  Credential find(String registry, String repository) {
    for (Path file : files) {
      if (Files.exists(file)) {
        Credential found = find(file, registry, repository);
        if (!(found instanceof Credential.Anonymous)) {
          return found;
        }
      }
    }
    return new Credential.Anonymous();
  }

  private static Credential find(Path file, String registry, String repository) {
    OciObject document = parse(file);
    List<String> names = names(registry, repository);
    OciObject helpers = document.objectOrEmpty("credHelpers");
    String own = helpers.textOrEmpty(registry);
    if (!own.isEmpty()) {
      return CredentialHelper.get(own, serverName(registry));
    }
    Credential written = written(file, document.objectOrEmpty("auths"), names);
    String common = document.textOrEmpty("credsStore");
    if (written instanceof Credential.Anonymous && !common.isEmpty()) {
      return CredentialHelper.get(common, serverName(registry));
    }
    return written;
  }

  private static OciObject parse(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw bad(file, "more than " + MAX_FILE + " bytes");
      }
      return OciObject.parse(Bytes.of(Files.readAllBytes(file)), "");
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.BAD_CREDENTIALS, file.toString(), "can't be read: " + e.getMessage(), e);
    } catch (CloisterException e) {
      if (e.code() == ImageError.BAD_MANIFEST) {
        throw new CloisterException(
            ImageError.BAD_CREDENTIALS, file.toString(), e.where() + " " + e.detail(), e);
      }
      throw e;
    }
  }

  /** The keys that may speak for the repository, the most exact first. */
  private static List<String> names(String registry, String repository) {
    List<String> names = new ArrayList<>();
    String path = registry + "/" + repository;
    while (path.length() > registry.length()) {
      names.add(path);
      path = path.substring(0, path.lastIndexOf('/'));
    }
    names.add(registry);
    names.add("https://" + registry);
    names.add("https://" + registry + "/");
    names.add("http://" + registry);
    names.add("https://" + registry + "/v1/");
    names.add("https://" + registry + "/v2/");
    names.add(serverName(registry));
    return names;
  }

  /** What Docker calls its own registry in credentials. */
  private static String serverName(String registry) {
    return registry.equals(Reference.DEFAULT_REGISTRY)
        ? "https://index." + Reference.DEFAULT_REGISTRY + "/v1/"
        : registry;
  }

  private static Credential written(Path file, OciObject auths, List<String> names) {
    for (String name : names) {
      if (auths.has(name)) {
        OciObject entry = auths.objectOrEmpty(name);
        String token = entry.textOrEmpty("identitytoken");
        if (!token.isEmpty()) {
          return new Credential.IdentityToken(Credential.conceal(token));
        }
        String auth = entry.textOrEmpty("auth");
        if (!auth.isEmpty()) {
          return password(file, auth, name);
        }
      }
    }
    return new Credential.Anonymous();
  }

  private static Credential password(Path file, String auth, String name) {
    String pair;
    try {
      pair = Bytes.ofBase64(auth).toUtf8();
    } catch (CloisterException e) {
      // The cause would show nothing of use, and its text is about a secret.
      throw bad(file, "auths[" + name + "].auth is not base64");
    }
    int colon = pair.indexOf(':');
    if (colon < 1) {
      throw bad(file, "auths[" + name + "].auth is not user:password in base64");
    }
    return new Credential.Password(
        pair.substring(0, colon), Credential.conceal(pair.substring(colon + 1).replace("\0", "")));
  }

  private static CloisterException bad(Path file, String detail) {
    return new CloisterException(ImageError.BAD_CREDENTIALS, file.toString(), detail);
  }
}
