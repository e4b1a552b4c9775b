package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers the challenges of registries (Distribution project, "Token Authentication"; RFC 7617) and
 * keeps the answers for further requests. Thread-safe.
 */
final class RegistryLogin {

  private static final int MAX_ANSWER = 1 << 20;

  private final RegistryHttp http;
  private final CredentialFiles credentials;

  /** The value of {@code Authorization} by address, repository and rights. */
  private final Map<String, String> known = new ConcurrentHashMap<>();

  RegistryLogin(RegistryHttp http) {
    this.http = http;
    this.credentials = new CredentialFiles(http.options().credentialFiles());
  }

  /** Sends the request with what authorization it needs; an answer 401 is a refusal. */
  RegistryHttp.Answer send(
      Endpoint endpoint, String repository, String rights, RegistryHttp.Request request) {
    String key = endpoint.base() + " " + repository + " " + rights;
    RegistryHttp.Answer answer = http.send(authorized(request, known.getOrDefault(key, "")));
    if (answer.status() != 401) {
      return answer;
    }
    List<String> challenges = answer.response().headers().allValues("www-authenticate");
    answer.close();
    Challenge challenge =
        Challenge.choose(challenges)
            .orElseThrow(() -> denied(endpoint, "asks for no kind of login that is known"));
    String scope = "repository:" + repository + ":" + rights;
    String authorization = answer(endpoint, repository, challenge, scope);
    known.put(key, authorization);
    RegistryHttp.Answer second = http.send(authorized(request, authorization));
    if (second.status() == 401) {
      known.remove(key);
      second.close();
      throw denied(endpoint, "does not accept the login for " + repository);
    }
    return second;
  }

  private static RegistryHttp.Request authorized(
      RegistryHttp.Request request, String authorization) {
    if (authorization.isEmpty()) {
      return request;
    }
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.put("Authorization", authorization);
    return new RegistryHttp.Request(request.method(), request.uri(), headers, request.body());
  }

  private String answer(Endpoint endpoint, String repository, Challenge challenge, String scope) {
    Credential credential = credentials.find(endpoint.authority(), repository);
    if (challenge.scheme().equals("bearer")) {
      return "Bearer " + token(endpoint, challenge, credential, scope);
    }
    if (credential instanceof Credential.Password password) {
      return password.basic();
    }
    throw denied(endpoint, "wants a user and a password, and none is stored");
  }

  private String token(
      Endpoint endpoint, Challenge challenge, Credential credential, String scope) {
    RegistryHttp.Request request =
        switch (credential) {
          case Credential.IdentityToken identity -> exchange(endpoint, challenge, identity, scope);
          case Credential.Password password ->
              plain(endpoint, challenge, scope, Map.of("Authorization", password.basic()));
          case Credential.Anonymous _ -> plain(endpoint, challenge, scope, Map.of());
        };
    try (RegistryHttp.Answer answer = http.send(request)) {
      if (answer.status() == 401 || answer.status() == 403) {
        throw denied(endpoint, "gives no token for this login");
      }
      if (answer.status() != 200) {
        throw RegistryHttp.protocol(request.uri(), "the token server answered " + answer.status());
      }
      return tokenOf(answer.bytes(MAX_ANSWER), request.uri());
    }
  }

  private static String tokenOf(Bytes document, URI uri) {
    String token;
    try {
      OciObject fields = OciObject.parse(document, "token");
      token = fields.textOrEmpty("token");
      token = token.isEmpty() ? fields.textOrEmpty("access_token") : token;
    } catch (CloisterException e) {
      throw RegistryHttp.protocol(uri, "the token server's answer is not valid JSON");
    }
    if (token.isEmpty() || !token.chars().allMatch(c -> c > 32 && c < 127)) {
      throw RegistryHttp.protocol(uri, "the token server gave no token");
    }
    return token;
  }

  private RegistryHttp.Request plain(
      Endpoint endpoint, Challenge challenge, String scope, Map<String, String> headers) {
    String service = challenge.parameter("service");
    String query = "scope=" + encode(scope);
    if (!service.isEmpty()) {
      query = "service=" + encode(service) + "&" + query;
    }
    URI realm = realm(endpoint, challenge);
    String separator = realm.getRawQuery() == null ? "?" : "&";
    return RegistryHttp.Request.get(URI.create(realm + separator + query), headers);
  }

  private RegistryHttp.Request exchange(
      Endpoint endpoint, Challenge challenge, Credential.IdentityToken identity, String scope) {
    String form =
        "grant_type=refresh_token&client_id=cloister&service="
            + encode(challenge.parameter("service"))
            + "&scope="
            + encode(scope)
            + "&refresh_token="
            + encode(Credential.reveal(identity.token()));
    return new RegistryHttp.Request(
        "POST",
        realm(endpoint, challenge),
        Map.of("Content-Type", "application/x-www-form-urlencoded"),
        () -> HttpRequest.BodyPublishers.ofString(form));
  }

  private URI realm(Endpoint endpoint, Challenge challenge) {
    try {
      URI realm = Endpoint.checked(URI.create(challenge.parameter("realm")), http.options());
      if (realm.getRawAuthority() != null && realm.getRawFragment() == null) {
        return realm;
      }
    } catch (IllegalArgumentException e) {
      throw new CloisterException(
          ImageError.REGISTRY_PROTOCOL, endpoint.authority(), "a token server at no address", e);
    }
    throw RegistryHttp.protocol(endpoint.base(), "a token server at no address");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static CloisterException denied(Endpoint endpoint, String detail) {
    return new CloisterException(ImageError.REGISTRY_DENIED, endpoint.authority(), detail);
  }
}
