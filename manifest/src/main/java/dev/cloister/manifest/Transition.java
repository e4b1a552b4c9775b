package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.encoding.Transcript;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A statement by which owners put a manifest into force. It names the statement before it by its
 * SHA-256, so that the statements of a deployment are one chain. Equality is of the statement's
 * bytes.
 */
public final class Transition {

  /** The schema that this version reads and writes; also the domain of the signatures. */
  public static final String SCHEMA = "cloister/transition/v1";

  /** The most characters of a reason. */
  public static final int MAX_REASON = 500;

  /** The highest number of a transition. */
  public static final long MAX_NUMBER = 100_000;

  /** The most bytes of a statement. */
  public static final int MAX_SIZE = 8 << 10;

  private static final JsonBudget BUDGET = new JsonBudget(MAX_SIZE, 1, 16);
  private static final String CHANGED = "changed";
  private static final int TIME_LENGTH = "2027-01-31T12:00:00Z".length();

  private final Bytes statement;
  private final DeploymentPin deployment;
  private final Head head;
  private final Bytes previous;
  private final Bytes manifest;
  private final String reason;
  private final Instant expires;
  private final Bytes coordinatorRoot;
  private final boolean changesOwners;

  private Transition(Bytes statement) {
    JsonFields fields = JsonFields.of(JsonParser.parse(statement, BUDGET), "statement");
    Schemas.check(fields, SCHEMA);
    this.statement = statement;
    this.deployment = new DeploymentPin(fields.hex("deployment", 32));
    this.head = new Head(fields.integer("number", 1, MAX_NUMBER), statement.sha256());
    boolean isFirst = head.number() == 1;
    this.previous = isFirst ? Bytes.EMPTY : fields.hex("previous", 32);
    this.manifest = fields.hex("manifest", 32);
    this.reason = checkReason(fields.string("reason"), fields.path("reason"));
    this.expires = readTime(fields.string("expires"), fields.path("expires"));
    this.coordinatorRoot = isFirst ? fields.hex("coordinatorRoot", 32) : Bytes.EMPTY;
    this.changesOwners = readOwners(fields);
    fields.end();
  }

  /**
   * The first transition of a deployment.
   *
   * @param manifest the manifest that it puts into force
   * @param reason why, for people: 1 to {@value #MAX_REASON} characters, no control characters
   * @param expires the Coordinator refuses it from then on; cut to whole seconds
   * @param coordinatorRoot SHA-256 of the SubjectPublicKeyInfo of the root CA of the Coordinator
   *     instance that it is for, 32 bytes
   */
  public static Transition first(
      Manifest manifest, String reason, Instant expires, Bytes coordinatorRoot) {
    Json.ObjectBuilder json = common(1, manifest, reason, expires);
    return parse(
        JsonWriter.canonicalBytes(json.put("coordinatorRoot", coordinatorRoot.toHex()).build()));
  }

  /**
   * The transition after another; parameters as of {@link #first}.
   *
   * @param previous the newest transition, never {@link Head#NONE}
   */
  public static Transition after(Head previous, Manifest manifest, String reason, Instant expires) {
    Json.ObjectBuilder json = common(previous.number() + 1, manifest, reason, expires);
    return parse(
        JsonWriter.canonicalBytes(json.put("previous", previous.digest().toHex()).build()));
  }

  private static Json.ObjectBuilder common(
      long number, Manifest manifest, String reason, Instant expires) {
    Json.ObjectBuilder json =
        Json.object()
            .put("schema", SCHEMA)
            .put("deployment", manifest.deployment().toString())
            .put("number", number)
            .put("manifest", manifest.digest().toHex())
            .put("reason", reason)
            .put("expires", expires.truncatedTo(ChronoUnit.SECONDS).toString());
    if (manifest.owners().isPresent()) {
      json.put("owners", CHANGED);
    }
    return json;
  }

  /**
   * Reads a statement of at most 8 KiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static Transition parse(Bytes statement) {
    return new Transition(statement);
  }

  private static boolean readOwners(JsonFields fields) {
    Optional<String> owners = fields.optionalString("owners");
    if (owners.isPresent() && !owners.get().equals(CHANGED)) {
      throw bad(fields.path("owners"), "is neither absent nor \"" + CHANGED + "\"");
    }
    return owners.isPresent();
  }

  private static String checkReason(String reason, String path) {
    if (reason.isBlank() || reason.length() > MAX_REASON) {
      throw bad(path, "has not 1 to " + MAX_REASON + " characters");
    }
    if (!Printable.isPrintable(reason)) {
      throw bad(path, "has characters that do not show");
    }
    return reason;
  }

  /** RFC 3339 in UTC, to the second: one form for each time. */
  private static Instant readTime(String text, String path) {
    if (text.length() == TIME_LENGTH) {
      try {
        Instant time = Instant.parse(text);
        if (time.toString().equals(text)) {
          return time;
        }
      } catch (java.time.format.DateTimeParseException e) {
        throw new CloisterException(ManifestError.BAD_TRANSITION, path, "is no time", e);
      }
    }
    throw bad(path, "is no time of the form 2027-01-31T12:00:00Z");
  }

  private static CloisterException bad(String path, String detail) {
    return new CloisterException(ManifestError.BAD_TRANSITION, path, detail);
  }

  /** The statement, byte for byte as received. */
  public Bytes statement() {
    return statement;
  }

  /** Exactly the bytes that an owner signs. */
  public Bytes signedBytes() {
    return Transcript.of(SCHEMA).add(statement).toBytes();
  }

  /** Its number and the SHA-256 of its statement. */
  public Head head() {
    return head;
  }

  /** The pin of its deployment. */
  public DeploymentPin deployment() {
    return deployment;
  }

  /** SHA-256 of the statement before it, 32 bytes; empty for the first. */
  public Bytes previous() {
    return previous;
  }

  /** SHA-256 of the manifest, 32 bytes. */
  public Bytes manifest() {
    return manifest;
  }

  /** Why, for people. */
  public String reason() {
    return reason;
  }

  /** From when on a Coordinator refuses it. */
  public Instant expires() {
    return expires;
  }

  /** SHA-256 of the Coordinator's root key, 32 bytes; empty for all but the first. */
  public Bytes coordinatorRoot() {
    return coordinatorRoot;
  }

  /** Whether it says that its manifest changes the owners. */
  public boolean changesOwners() {
    return changesOwners;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Transition that && statement.equals(that.statement);
  }

  @Override
  public int hashCode() {
    return statement.hashCode();
  }

  @Override
  public String toString() {
    return "transition " + head;
  }
}
