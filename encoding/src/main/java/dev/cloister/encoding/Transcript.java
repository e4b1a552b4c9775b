package dev.cloister.encoding;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An unambiguous byte string for everything that is hashed, signed or derived from. Its first field
 * is the domain, each field is preceded by its length as 8 bytes big-endian, so no two different
 * sequences of fields give the same bytes.
 *
 * <pre>{@code
 * Bytes digest = Transcript.of("cloister/evidence/v1").add("agent").add(nonce).sha512();
 * }</pre>
 *
 * <p>Not thread-safe: built and used by one thread.
 */
public final class Transcript {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Transcript() {}

  /**
   * Starts a transcript.
   *
   * @param domain what is hashed, with its version, for example {@code cloister/evidence/v1}
   */
  public static Transcript of(String domain) {
    if (domain.isEmpty()) {
      throw new IllegalArgumentException("a transcript needs a domain");
    }
    return new Transcript().add(domain);
  }

  /** Adds a text, as UTF-8. */
  public Transcript add(String text) {
    return addRaw(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds bytes. */
  public Transcript add(Bytes field) {
    return addRaw(field.toArray());
  }

  /** Adds a number, as 8 bytes big-endian. */
  public Transcript add(long number) {
    return addRaw(ByteBuffer.allocate(8).putLong(number).array());
  }

  private Transcript addRaw(byte[] field) {
    bytes.writeBytes(ByteBuffer.allocate(8).putLong(field.length).array());
    bytes.writeBytes(field);
    return this;
  }

  /** The whole transcript. */
  public Bytes toBytes() {
    return Bytes.of(bytes.toByteArray());
  }

  /** SHA-256 of the transcript (32 bytes). */
  public Bytes sha256() {
    return toBytes().sha256();
  }

  /** SHA-512 of the transcript (64 bytes). */
  public Bytes sha512() {
    return toBytes().sha512();
  }
}
