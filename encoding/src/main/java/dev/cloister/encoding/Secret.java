package dev.cloister.encoding;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Bytes that must not be seen. It never prints itself, compares in constant time, gives its bytes
 * only against a {@link SecretAccess} token that one can search the tree for, and can be erased.
 * Thread-safe; after {@link #close()} every use is an {@link IllegalStateException}.
 */
public final class Secret implements AutoCloseable {

  private final byte[] value;
  private boolean erased;

  private Secret(byte[] owned) {
    this.value = owned;
  }

  /** Takes a copy and overwrites {@code source} with zeros. */
  public static Secret takeFrom(byte[] source) {
    byte[] copy = source.clone();
    Arrays.fill(source, (byte) 0);
    return new Secret(copy);
  }

  /** Number of bytes. */
  public int size() {
    return value.length;
  }

  /** A copy of the bytes, which the caller must erase. */
  public synchronized byte[] expose(SecretAccess access) {
    access.check();
    if (erased) {
      throw new IllegalStateException("the secret has been erased");
    }
    return value.clone();
  }

  /** Whether both hold the same bytes, in time that depends on the length only. */
  public boolean sameAs(Secret other) {
    byte[] mine = expose(SecretAccess.INSTANCE);
    byte[] theirs = other.expose(SecretAccess.INSTANCE);
    try {
      return MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** Overwrites the bytes with zeros. */
  @Override
  public synchronized void close() {
    Arrays.fill(value, (byte) 0);
    erased = true;
  }

  @Override
  public String toString() {
    return "Secret[" + value.length + " bytes]";
  }
}
