package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import java.nio.charset.StandardCharsets;

/** What a registry knows its user by. */
sealed interface Credential {

  /** Nobody in particular. */
  record Anonymous() implements Credential {}

  /** A name and a password. */
  record Password(String user, Secret password) implements Credential {

    /** The value of the {@code Authorization} header (RFC 7617). */
    String basic() {
      String pair = user + ":" + reveal(password);
      return "Basic " + Bytes.ofUtf8(pair).toBase64();
    }
  }

  /** A token that a token server exchanges (Docker's "identity token"). */
  record IdentityToken(Secret token) implements Credential {}

  /** The text that a secret holds, for the one request that needs it. */
  static String reveal(Secret secret) {
    return new String(secret.expose(SecretAccess.INSTANCE), StandardCharsets.UTF_8);
  }

  /** A text as a secret. */
  static Secret conceal(String text) {
    return Secret.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }
}
