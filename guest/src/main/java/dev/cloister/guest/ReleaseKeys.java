package dev.cloister.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRing;

/**
 * The keys that may sign a release index. They come with Cloister and not from the host, whose
 * keyring may be older than the release; the fingerprints are what is pinned.
 */
final class ReleaseKeys {

  /** Debian's archive keys of release 13: automatic, security automatic, stable release. */
  private static final Set<String> PINNED =
      Set.of(
          "b8e5f13176d2a7a75220028078dba3bc47ef2265",
          "89c87acea5dd6b8e6a7068808e9f831205b4ba95",
          "41587f7db8c774bccf131416762f67a0b2c39de4");

  private static final String RESOURCE = "debian-archive-keys.asc";

  private final Map<Long, PGPPublicKey> keysById;

  private ReleaseKeys(Map<Long, PGPPublicKey> keysById) {
    this.keysById = Map.copyOf(keysById);
  }

  /** The pinned keys of Debian's archive. */
  static ReleaseKeys pinned() {
    try (InputStream armored = ReleaseKeys.class.getResourceAsStream(RESOURCE)) {
      if (armored == null) {
        throw new IllegalStateException("no resource " + RESOURCE);
      }
      return of(armored.readAllBytes(), PINNED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those keys of the armored key rings whose SHA-1 fingerprint (RFC 4880, 12.2) is in the set. */
  static ReleaseKeys of(byte[] armored, Set<String> fingerprints) throws IOException {
    Map<Long, PGPPublicKey> keys = new LinkedHashMap<>();
    for (byte[] block : ArmoredBlocks.split(armored)) {
      try (InputStream in = new ArmoredInputStream(new java.io.ByteArrayInputStream(block))) {
        PGPPublicKeyRing ring = new BcPGPPublicKeyRing(in);
        for (Iterator<PGPPublicKey> all = ring.getPublicKeys(); all.hasNext(); ) {
          PGPPublicKey key = all.next();
          if (fingerprints.contains(HexFormat.of().formatHex(key.getFingerprint()))) {
            keys.put(key.getKeyID(), key);
          }
        }
      }
    }
    return new ReleaseKeys(keys);
  }

  /** The pinned key with this id, if there is one. */
  Optional<PGPPublicKey> find(long keyId) {
    return Optional.ofNullable(keysById.get(keyId));
  }

  /** How many keys are pinned and present. */
  int size() {
    return keysById.size();
  }
}
