package dev.cloister.client;

import dev.cloister.channel.Evidence;
import dev.cloister.channel.MerklePath;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Coordinator answers to {@code POST /attest} over plain HTTPS: the same that a verifier
 * gets inside the attested channel, for those who do not speak it. {@code docs/verify.md} specifies
 * it.
 *
 * <p>The evidence is of kind {@code coordinator} about {@code path.what(leaf)}, where the {@link
 * #leaf} covers the asker's nonce, the head and the CAs. The history is not in it: its end is the
 * head.
 *
 * @param state what the Coordinator says about itself
 * @param history all transitions, oldest first
 * @param path where this answer stands among those that the report serves
 * @param evidence the report with what belongs to it
 */
public record AttestDocument(
    CoordinatorState state, List<HistoryEntry> history, MerklePath path, Evidence evidence) {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/attest/v1";

  /** Size of the asker's nonce in bytes. */
  public static final int NONCE_SIZE = 32;

  /** The most bytes of a document; longer histories travel in the channel only. */
  public static final int MAX_SIZE = 48 << 20;

  private static final String NO_HISTORY = "\"history\":[]";
  private static final int MAX_HISTORY = 10_000;
  private static final int MAX_SHARES = 255;
  private static final JsonBudget BUDGET = new JsonBudget(MAX_SIZE, 4, 64 + 3 * MAX_HISTORY);

  public AttestDocument {
    history = List.copyOf(history);
  }

  /**
   * What one answer adds to the report that serves it.
   *
   * @param nonce the asker's, 32 bytes
   * @return 32 bytes
   */
  public static Bytes leaf(Bytes nonce, CoordinatorState state) {
    if (nonce.size() != NONCE_SIZE) {
      throw new IllegalArgumentException("a nonce of " + nonce.size() + " bytes");
    }
    Head head = state.head();
    Transcript leaf =
        Transcript.of("cloister/attest/leaf/v1")
            .add(nonce)
            .add(state.phase().text())
            .add(head.number())
            .add(head.digest())
            .add(state.missingShares())
            .add(state.rootCertificate());
    state.meshCertificates().forEach(leaf::add);
    return leaf.sha256();
  }

  /** Reads the asker's {@code {"nonce": hex}}. */
  public static Bytes parseRequest(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, new JsonBudget(1024, 1, 2)), "");
    Bytes nonce = fields.hex("nonce", NONCE_SIZE);
    fields.end();
    return nonce;
  }

  /** The asker's document. */
  public static Bytes request(Bytes nonce) {
    return JsonWriter.canonicalBytes(Json.object().put("nonce", nonce.toHex()).build());
  }

  /**
   * Reads an answer of at most 48 MiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static AttestDocument parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    String schema = fields.string("schema");
    if (!schema.equals(SCHEMA)) {
      throw malformed("schema", "is not \"" + SCHEMA + "\"");
    }
    AttestDocument answer =
        new AttestDocument(
            readState(fields),
            readHistory(fields),
            readPath(fields.object("path")),
            Evidence.read(fields.object("evidence"), ClientError.ATTEST_MALFORMED));
    fields.end();
    return answer;
  }

  private static CoordinatorState readState(JsonFields fields) {
    return new CoordinatorState(
        fields.oneOf("phase", Phase.class, Phase::text),
        bytes(fields, "rootCertificate", 0, Authorities.MAX_SIZE),
        readHead(fields.object("head")),
        (int) fields.integer("missingShares", 0, MAX_SHARES),
        fields.list(
            "meshCertificates",
            Authorities.MAX_MESH,
            (json, path) -> bytes(JsonFields.asString(json, path), path, 1, Authorities.MAX_SIZE)));
  }

  private static Head readHead(JsonFields fields) {
    long number = fields.integer("number", 0, Transition.MAX_NUMBER);
    Head head = number == 0 ? Head.NONE : new Head(number, fields.hex("digest", 32));
    fields.end();
    return head;
  }

  /** A manifest that is absent is that of the entry before. */
  private static List<HistoryEntry> readHistory(JsonFields fields) {
    List<HistoryEntry> entries = new ArrayList<>();
    fields.list(
        "history",
        MAX_HISTORY,
        (json, path) -> {
          Bytes before = entries.isEmpty() ? Bytes.EMPTY : entries.getLast().manifest();
          return entries.add(readEntry(JsonFields.of(json, path), before));
        });
    return entries;
  }

  private static HistoryEntry readEntry(JsonFields fields, Bytes before) {
    Bytes signed = bytes(fields, "transition", 1, SignedTransition.MAX_SIZE);
    Bytes manifest =
        fields
            .optionalString("manifest")
            .map(text -> bytes(text, fields.path("manifest"), 1, Manifest.MAX_SIZE))
            .orElse(before);
    fields.end();
    if (manifest.isEmpty()) {
      throw malformed(fields.path("manifest"), "is missing where there is none before");
    }
    return new HistoryEntry(SignedTransition.parse(signed), manifest);
  }

  private static MerklePath readPath(JsonFields fields) {
    long index = fields.integer("index", 0, (1L << MerklePath.MAX_DEPTH) - 1);
    List<Bytes> siblings =
        fields.list(
            "siblings",
            MerklePath.MAX_DEPTH,
            (json, path) -> {
              String text = JsonFields.asString(json, path);
              if (!text.matches("[0-9a-f]{64}")) {
                throw malformed(path, "is not 64 lower-case hexadecimal digits");
              }
              return Bytes.ofHex(text);
            });
    fields.end();
    if (index >>> siblings.size() != 0) {
      throw malformed(fields.path(), "index " + index + " at depth " + siblings.size());
    }
    return new MerklePath((int) index, siblings);
  }

  private static Bytes bytes(JsonFields fields, String name, int least, int most) {
    return bytes(fields.string(name), fields.path(name), least, most);
  }

  private static Bytes bytes(String text, String path, int least, int most) {
    Bytes bytes = Bytes.ofBase64(text);
    if (bytes.size() < least || bytes.size() > most) {
      throw malformed(path, bytes.size() + " bytes, expected " + least + " to " + most);
    }
    return bytes;
  }

  private static CloisterException malformed(String path, String detail) {
    return new CloisterException(ClientError.ATTEST_MALFORMED, path, detail);
  }

  /** The answer's document. */
  public Bytes document() {
    Frame frame = frame(state, path, evidence);
    return Bytes.concat(frame.before(), writeHistory(history), frame.after());
  }

  /**
   * An answer's document without its history, which is the same for all who ask.
   *
   * @param before what comes before the history
   * @param after what follows it
   */
  public record Frame(Bytes before, Bytes after) {}

  /** What is around {@link #writeHistory} in the document of an answer. */
  public static Frame frame(CoordinatorState state, MerklePath path, Evidence evidence) {
    Json.ObjectBuilder head = Json.object().put("number", state.head().number());
    if (state.head().number() > 0) {
      head.put("digest", state.head().digest().toHex());
    }
    String text =
        JsonWriter.canonical(
            Json.object()
                .put("schema", SCHEMA)
                .put("phase", state.phase().text())
                .put("rootCertificate", state.rootCertificate().toBase64())
                .put("head", head.build())
                .put("missingShares", state.missingShares())
                .put("meshCertificates", texts(state.meshCertificates(), Bytes::toBase64))
                .put("history", Json.of(List.of()))
                .put("path", writePath(path))
                .put("evidence", evidence.toJson())
                .build());
    // No text in the document holds a quotation mark, so this is found once.
    int at = text.indexOf(NO_HISTORY) + NO_HISTORY.length();
    return new Frame(
        Bytes.ofUtf8(text.substring(0, at - "[]".length())), Bytes.ofUtf8(text.substring(at)));
  }

  /** A history as it stands in a document. */
  public static Bytes writeHistory(List<HistoryEntry> history) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('[');
    Bytes before = Bytes.EMPTY;
    for (HistoryEntry entry : history) {
      Json.ObjectBuilder json =
          Json.object().put("transition", entry.transition().document().toBase64());
      if (!entry.manifest().equals(before)) {
        json.put("manifest", entry.manifest().toBase64());
      }
      if (out.size() > 1) {
        out.write(',');
      }
      out.writeBytes(JsonWriter.canonicalBytes(json.build()).toArray());
      before = entry.manifest();
    }
    out.write(']');
    return Bytes.of(out.toByteArray());
  }

  private static Json writePath(MerklePath path) {
    return Json.object()
        .put("index", path.index())
        .put("siblings", texts(path.siblings(), Bytes::toHex))
        .build();
  }

  private static Json texts(List<Bytes> all, java.util.function.Function<Bytes, String> text) {
    return Json.ofStrings(all.stream().map(text).toList());
  }
}
