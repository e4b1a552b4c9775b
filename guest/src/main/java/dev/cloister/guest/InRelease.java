package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * A release index that Debian signed ({@code dists/SUITE/InRelease}, a cleartext signature by RFC
 * 4880 section 7). An instance exists only where at least one pinned key made a good signature over
 * exactly the lines that it holds.
 */
final class InRelease {

  private static final String BEGIN_MESSAGE = "-----BEGIN PGP SIGNED MESSAGE-----";
  private static final String BEGIN_SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
  private static final int MAX_FILES = 20_000;
  private static final Set<Integer> HASHES =
      Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss z", Locale.ENGLISH);

  private final Map<String, String> fields;
  private final Map<String, IndexFile> files;

  private InRelease(Map<String, String> fields, Map<String, IndexFile> files) {
    this.fields = Map.copyOf(fields);
    this.files = Map.copyOf(files);
  }

  /**
   * Checks the signatures and reads the index.
   *
   * @param content the file as it came
   * @param where its address, for errors
   * @throws CloisterException with {@link GuestError#SIGNATURE_NOT_TRUSTED} or {@link
   *     GuestError#INDEX_MALFORMED}
   */
  static InRelease verify(byte[] content, ReleaseKeys keys, String where) {
    List<String> lines = List.of(new String(content, StandardCharsets.UTF_8).split("\r?\n", -1));
    int start = lines.indexOf("");
    int end = lines.indexOf(BEGIN_SIGNATURE);
    if (!lines.get(0).equals(BEGIN_MESSAGE) || start < 0 || end < start) {
      throw new CloisterException(
          GuestError.INDEX_MALFORMED, where, "not a cleartext-signed message");
    }
    List<String> signed = new ArrayList<>();
    for (String line : lines.subList(start + 1, end)) {
      String plain = line.startsWith("- ") ? line.substring(2) : line;
      signed.add(plain.replaceFirst("[ \t]+$", ""));
    }
    String armor = String.join("\n", lines.subList(end, lines.size()));
    if (!isSigned(String.join("\r\n", signed), armor, keys, where)) {
      throw new CloisterException(
          GuestError.SIGNATURE_NOT_TRUSTED, where, "no good signature by a pinned key");
    }
    return parse(signed, where);
  }

  /** The codename that the index is for. */
  String codename() {
    return fields.getOrDefault("Codename", "");
  }

  /** Refuses an index whose own time limit has passed, where it has one. */
  void requireCurrent(Instant now, String where) {
    String limit = fields.get("Valid-Until");
    try {
      if (limit != null && now.isAfter(ZonedDateTime.parse(limit, DATE).toInstant())) {
        throw new CloisterException(GuestError.INDEX_OUTDATED, where, "valid until " + limit);
      }
    } catch (DateTimeException e) {
      throw new CloisterException(GuestError.INDEX_MALFORMED, where, "Valid-Until: " + limit, e);
    }
  }

  /** The file of this path below the suite's directory. */
  Optional<IndexFile> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  private static boolean isSigned(String text, String armor, ReleaseKeys keys, String where) {
    byte[] signed = text.getBytes(StandardCharsets.UTF_8);
    try (ArmoredInputStream in =
        new ArmoredInputStream(new ByteArrayInputStream(armor.getBytes(StandardCharsets.UTF_8)))) {
      Object first = new BcPGPObjectFactory(in).nextObject();
      if (first instanceof PGPSignatureList signatures) {
        for (PGPSignature signature : signatures) {
          Optional<PGPPublicKey> key = keys.find(signature.getKeyID());
          if (key.isPresent() && isGood(signature, key.get(), signed)) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException | PGPException e) {
      throw new CloisterException(
          GuestError.SIGNATURE_NOT_TRUSTED, where, "its signature can't be read", e);
    }
  }

  private static boolean isGood(PGPSignature signature, PGPPublicKey key, byte[] signed)
      throws PGPException {
    if (signature.getSignatureType() != PGPSignature.CANONICAL_TEXT_DOCUMENT
        || !HASHES.contains(signature.getHashAlgorithm())) {
      return false;
    }
    signature.init(new BcPGPContentVerifierBuilderProvider(), key);
    signature.update(signed);
    return signature.verify();
  }

  private static InRelease parse(List<String> lines, String where) {
    Map<String, String> fields = new HashMap<>();
    Map<String, IndexFile> files = new HashMap<>();
    boolean inSha256 = false;
    for (String line : lines) {
      if (line.startsWith(" ")) {
        if (inSha256) {
          addFile(files, line.strip(), where);
        }
      } else {
        int colon = line.indexOf(':');
        inSha256 = line.equals("SHA256:");
        if (colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
    }
    return new InRelease(fields, files);
  }

  private static void addFile(Map<String, IndexFile> files, String line, String where) {
    String[] words = line.split("\\s+", -1);
    if (words.length != 3
        || !words[0].matches("[0-9a-f]{64}")
        || !words[1].matches("[0-9]{1,12}")
        || files.size() >= MAX_FILES) {
      throw new CloisterException(GuestError.INDEX_MALFORMED, where, "SHA256 line: " + line);
    }
    files.put(words[2], new IndexFile(Bytes.ofHex(words[0]), Long.parseLong(words[1])));
  }

  /**
   * A file that a release index names.
   *
   * @param sha256 its digest, 32 bytes
   * @param size its size in bytes
   */
  record IndexFile(Bytes sha256, long size) {}
}
