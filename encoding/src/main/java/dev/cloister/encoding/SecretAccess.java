package dev.cloister.encoding;

/**
 * The token that opens a {@link Secret}. It carries no right of its own; it makes every place that
 * handles the bytes of a secret findable by its name.
 */
public final class SecretAccess {

  /** The token. */
  public static final SecretAccess INSTANCE = new SecretAccess();

  private SecretAccess() {}

  void check() {
    // Reaching this method is the check: a null token fails before it.
  }
}
