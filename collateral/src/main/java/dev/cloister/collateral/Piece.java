package dev.cloister.collateral;

import dev.cloister.attestation.PemCertificates;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Something that a vendor published.
 *
 * @param name what it is: the path of the service that serves it
 * @param content the body, exactly as served
 * @param chain the certificates of whoever signed it, in PEM, where the service sends them along;
 *     else empty
 * @param fetched when it was asked for; of a piece that came in a bundle, when the vendor issued it
 */
public record Piece(String name, Bytes content, Bytes chain, Instant fetched) {

  /** SHA-256 over content and chain, each of them hashed: what the piece is, whatever its name. */
  public Bytes digest() {
    return Bytes.concat(content.sha256(), chain.sha256()).sha256();
  }

  /** The certificates of whoever signed it, in DER. */
  List<Bytes> signers() {
    return chain.isEmpty() ? List.of() : certificates(chain);
  }

  /**
   * The certificates of a text in PEM, in DER.
   *
   * @throws CloisterException where it is none
   */
  static List<Bytes> certificates(Bytes pem) {
    String text = new String(pem.toArray(), StandardCharsets.ISO_8859_1).strip();
    return PemCertificates.parse(text, "chain");
  }
}
