package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;

/**
 * Who owns a deployment: the content of {@code deployment.json}. Immutable for the deployment's
 * life; equality is of the document's bytes.
 */
public final class Deployment {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/deployment/v1";

  /** Size of the nonce in bytes. */
  public static final int NONCE_SIZE = 32;

  private static final JsonBudget BUDGET = new JsonBudget(64 << 10, 6, 256);

  private final Bytes document;
  private final String name;
  private final Bytes nonce;
  private final Mode mode;
  private final Owners owners;

  private Deployment(Bytes document, String name, Bytes nonce, Mode mode, Owners owners) {
    this.document = document;
    this.name = DnsLabel.check(name, "name");
    this.nonce = nonce;
    this.mode = mode;
    this.owners = owners;
    if (nonce.isAllZero()) {
      throw new CloisterException(ManifestError.WEAK_NONCE, "nonce", "all bytes are zero");
    }
  }

  /**
   * A new deployment.
   *
   * @param name a DNS label
   * @param nonce 32 random bytes
   * @param owners its first owners; transitions may name others
   */
  public static Deployment create(String name, Bytes nonce, Mode mode, Owners owners) {
    if (nonce.size() != NONCE_SIZE) {
      throw new IllegalArgumentException("the nonce has " + NONCE_SIZE + " bytes");
    }
    Json json =
        Json.object()
            .put("schema", SCHEMA)
            .put("name", name)
            .put("nonce", nonce.toHex())
            .put("mode", mode.text())
            .put("owners", owners.toJson())
            .build();
    Bytes document = Bytes.ofUtf8(JsonWriter.pretty(json));
    return new Deployment(document, name, nonce, mode, owners);
  }

  /**
   * Reads a {@code deployment.json} of at most 64 KiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static Deployment parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    String name = fields.string("name");
    Bytes nonce = fields.hex("nonce", NONCE_SIZE);
    Mode mode = fields.oneOf("mode", Mode.class, Mode::text);
    Owners owners = Owners.read(fields.object("owners"));
    fields.end();
    return new Deployment(document, name, nonce, mode, owners);
  }

  /** The document, byte for byte as received. */
  public Bytes document() {
    return document;
  }

  /** SHA-256 of the document. */
  public DeploymentPin pin() {
    return new DeploymentPin(document.sha256());
  }

  /** The deployment's name, a DNS label. */
  public String name() {
    return name;
  }

  /** 32 random bytes that make this deployment different from every other. */
  public Bytes nonce() {
    return nonce;
  }

  /** What kind of evidence it accepts. */
  public Mode mode() {
    return mode;
  }

  /** Its first owners, who are in force until a transition names others. */
  public Owners owners() {
    return owners;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Deployment that && document.equals(that.document);
  }

  @Override
  public int hashCode() {
    return document.hashCode();
  }

  @Override
  public String toString() {
    return "deployment " + name + " (" + mode.text() + ", pin " + pin() + ")";
  }
}
