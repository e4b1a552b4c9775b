package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A transition and what owners added to it: the content of a signed transition's file. Whether the
 * signatures hold and are enough is for {@link History} to say.
 *
 * @param transition the statement
 * @param signatures at most {@value #MAX_SIGNATURES}, no two of one key
 */
public record SignedTransition(Transition transition, List<OwnerSignature> signatures) {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/signed-transition/v1";

  /** The most signatures: two quorums in force and two new ones. */
  public static final int MAX_SIGNATURES = 4 * Quorum.MAX_KEYS;

  /** The most bytes of a document. */
  public static final int MAX_SIZE = 64 << 10;

  private static final JsonBudget BUDGET =
      new JsonBudget(MAX_SIZE, 3, 4 + 3 * (MAX_SIGNATURES + 1));

  public SignedTransition {
    signatures = List.copyOf(signatures);
    Set<Bytes> keys = new HashSet<>();
    for (OwnerSignature signature : signatures) {
      if (!keys.add(signature.key())) {
        throw new CloisterException(
            ManifestError.SIGNER_TWICE, "signatures", "key " + signature.key().toHex());
      }
    }
    if (signatures.size() > MAX_SIGNATURES) {
      throw new CloisterException(
          ManifestError.UNKNOWN_SIGNER, "signatures", "more than " + MAX_SIGNATURES);
    }
  }

  /** The transition that nobody signed yet. */
  public static SignedTransition unsigned(Transition transition) {
    return new SignedTransition(transition, List.of());
  }

  /**
   * Reads a document of at most 64 KiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static SignedTransition parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    Transition transition = Transition.parse(Bytes.ofBase64(fields.string("statement")));
    List<OwnerSignature> signatures =
        fields.list("signatures", MAX_SIGNATURES, OwnerSignature::read);
    fields.end();
    return new SignedTransition(transition, signatures);
  }

  /** The document. */
  public Bytes document() {
    List<Json> added = new ArrayList<>();
    for (OwnerSignature signature : signatures) {
      added.add(signature.toJson());
    }
    return Bytes.ofUtf8(
        JsonWriter.pretty(
            Json.object()
                .put("schema", SCHEMA)
                .put("statement", transition.statement().toBase64())
                .put("signatures", Json.of(added))
                .build()));
  }

  /** The same with one more signature, in place of an earlier one of the same key. */
  public SignedTransition with(OwnerSignature added) {
    List<OwnerSignature> all = new ArrayList<>();
    for (OwnerSignature signature : signatures) {
      if (!signature.key().equals(added.key())) {
        all.add(signature);
      }
    }
    all.add(added);
    return new SignedTransition(transition, all);
  }

  /**
   * The signatures of both.
   *
   * @throws CloisterException with {@link ManifestError#BAD_TRANSITION} where the other is over
   *     another statement
   */
  public SignedTransition with(SignedTransition other) {
    if (!transition.equals(other.transition)) {
      throw new CloisterException(
          ManifestError.BAD_TRANSITION, "statement", "the two are over different statements");
    }
    SignedTransition all = this;
    for (OwnerSignature signature : other.signatures) {
      all = all.with(signature);
    }
    return all;
  }
}
