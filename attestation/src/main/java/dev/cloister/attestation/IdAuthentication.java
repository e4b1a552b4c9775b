package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Who vouches for an ID block (AMD 56860, table "ID Authentication Information Structure"): the ID
 * key signs the block, an author key, where there is one, signs the ID key.
 *
 * @param idKey the key that signed the block
 * @param blockSignature over the block
 * @param author who vouches for the ID key
 */
public record IdAuthentication(Key idKey, Ecdsa blockSignature, Optional<Author> author) {

  private static final int SIZE = 4096;
  private static final int ECDSA_P384_SHA384 = 1;
  private static final int P384 = 2;
  private static final int NUMBER = 72;
  private static final int KEY_SIZE = 1028;

  /** Author key and its signature over the ID key's blob. */
  public record Author(Key key, Ecdsa signature) {}

  /**
   * A public key on P-384.
   *
   * @param x 48 bytes, big-endian
   * @param y 48 bytes, big-endian
   */
  public record Key(Bytes x, Bytes y) {
    public Key {
      require(x.size() == 48 && y.size() == 48, "key");
    }

    /** The blob that is signed and hashed, 1028 bytes. */
    public Bytes toBytes() {
      ByteBuffer out = ByteBuffer.allocate(KEY_SIZE).order(ByteOrder.LITTLE_ENDIAN);
      out.putInt(0, P384);
      out.put(4, x.reversed().toArray()).put(4 + NUMBER, y.reversed().toArray());
      return Bytes.of(out.array());
    }

    /** What reports name as ID_KEY_DIGEST or AUTHOR_KEY_DIGEST, 48 bytes. */
    public Bytes digest() {
      return toBytes().sha384();
    }
  }

  /**
   * A signature with ECDSA P-384 and SHA-384.
   *
   * @param r 48 bytes, big-endian
   * @param s 48 bytes, big-endian
   */
  public record Ecdsa(Bytes r, Bytes s) {
    public Ecdsa {
      require(r.size() == 48 && s.size() == 48, "signature");
    }
  }

  /** Of a key that nobody has the private half of; see {@link KeylessSignature}. */
  public static IdAuthentication keyless(IdBlock block) {
    return new IdAuthentication(
        KeylessSignature.keyFor(block.toBytes()), KeylessSignature.SIGNATURE, Optional.empty());
  }

  /** The structure, 4096 bytes. */
  public Bytes toBytes() {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0, ECDSA_P384_SHA384);
    put(out, 0x040, blockSignature);
    out.put(0x240, idKey.toBytes().toArray());
    author.ifPresent(given -> {
      out.putInt(4, ECDSA_P384_SHA384);
      put(out, 0x680, given.signature());
      out.put(0x880, given.key().toBytes().toArray());
    });
    return Bytes.of(out.array());
  }

  private static void put(ByteBuffer out, int at, Ecdsa signature) {
    out.put(at, signature.r().reversed().toArray());
    out.put(at + NUMBER, signature.s().reversed().toArray());
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new CloisterException(
          AttestationError.LAUNCH_PARAMETER, what, "two numbers of 48 bytes belong here");
    }
  }
}
