package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.time.Instant;

/**
 * A document as Intel's provisioning service serves it: one object with the signed object and its
 * signature. The signature covers the very bytes of that object, which are found, not rewritten.
 *
 * @param content the signed object
 * @param signed its bytes, as received
 * @param signature 64 bytes
 */
record SignedJson(Json content, Bytes signed, Bytes signature) {

  private static final JsonBudget BUDGET = new JsonBudget(256 * 1024, 12, 1 << 15);

  /**
   * @param name the name of the signed object
   * @throws CloisterException with {@link AttestationError#COLLATERAL_MALFORMED}
   */
  static SignedJson read(Bytes body, String name, String path) {
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(body, BUDGET), path);
      Json content = fields.any(name);
      JsonFields.of(content, path);
      String signature = fields.string("signature");
      fields.end();
      if (!signature.matches("[0-9a-fA-F]{128}")) {
        throw malformed(path + ".signature", "not 64 bytes in hexadecimal");
      }
      return new SignedJson(content, new Members(body).value(name, path), Bytes.ofHex(signature));
    } catch (CloisterException e) {
      throw malformed(path, e);
    }
  }

  static CloisterException malformed(String path, String detail) {
    return new CloisterException(AttestationError.COLLATERAL_MALFORMED, path, detail);
  }

  /** The failure of something inside, under this module's own code. */
  static CloisterException malformed(String path, CloisterException e) {
    return e.code() instanceof AttestationError
        ? e
        : new CloisterException(
            AttestationError.COLLATERAL_MALFORMED,
            e.where().startsWith(path) ? e.where() : path,
            e.detail(),
            e);
  }

  /** A time in the form that Intel writes. */
  static Instant time(JsonFields fields, String name) {
    String text = fields.string(name);
    if (!text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")) {
      throw malformed(fields.path(name), "not a time like 2026-01-01T00:00:00Z");
    }
    try {
      return Instant.parse(text);
    } catch (java.time.DateTimeException e) {
      throw new CloisterException(
          AttestationError.COLLATERAL_MALFORMED, fields.path(name), "no such time", e);
    }
  }

  /** Bytes in hexadecimal of either case, which Intel mixes. */
  static Bytes hex(JsonFields fields, String name, int size) {
    String text = fields.string(name);
    if (!text.matches("[0-9a-fA-F]{" + 2 * size + "}")) {
      throw malformed(fields.path(name), "not " + size + " bytes in hexadecimal");
    }
    return Bytes.ofHex(text);
  }

  /** Finds the bytes of a member of the outermost object, in a text that is known to be JSON. */
  private static final class Members {

    private final Bytes text;
    private int at;

    Members(Bytes text) {
      this.text = text;
    }

    Bytes value(String name, String path) {
      String quoted = '"' + name + '"';
      skipTo('{');
      while (at < text.size() && text.at(at) != '}') {
        at++;
        skipTo('"');
        String key = next().toUtf8();
        skipTo(':');
        at++;
        skipSpace();
        Bytes value = next();
        if (key.equals(quoted)) {
          return value;
        }
        skipSpace();
      }
      throw malformed(path, "the name of " + name + " is not written plainly");
    }

    private void skipTo(char wanted) {
      while (text.at(at) != wanted) {
        at++;
      }
    }

    private void skipSpace() {
      while (" \t\r\n".indexOf(text.at(at)) >= 0) {
        at++;
      }
    }

    /** The value that begins here: a text, an object or list, or a word. */
    private Bytes next() {
      int from = at;
      int depth = 0;
      do {
        int c = text.at(at);
        if (c == '"') {
          skipText();
        } else {
          depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
          at++;
        }
      } while (depth > 0 || isInWord(from));
      return text.slice(from, at);
    }

    private boolean isInWord(int from) {
      return Character.isLetterOrDigit(text.at(from)) && Character.isLetterOrDigit(text.at(at));
    }

    private void skipText() {
      at++;
      while (text.at(at) != '"') {
        at += text.at(at) == '\\' ? 2 : 1;
      }
      at++;
    }
  }
}
