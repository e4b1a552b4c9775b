package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Every field of a report or quote, in the vendors' words, and what is odd about it. Nothing of it
 * is checked: bytes that nobody signed are explained all the same.
 *
 * @param type {@code snp} or {@code tdx}
 * @param fields in the order of the bytes
 * @param odd sentences about what a reader should look at, among them why the bytes would be
 *     refused as malformed
 */
public record Inspection(String type, List<Field> fields, List<String> odd) {

  /**
   * One field.
   *
   * @param offset where it begins
   * @param size how many bytes it has
   * @param name the vendor's name
   * @param value bytes in hexadecimal as they stand, or a number
   * @param meaning in words; empty where the value says all
   */
  public record Field(int offset, int size, String name, String value, String meaning) {}

  public Inspection {
    fields = List.copyOf(fields);
    odd = List.copyOf(odd);
  }

  /**
   * Explains the bytes.
   *
   * @throws CloisterException with {@link AttestationError#EVIDENCE_UNKNOWN} where they are neither
   *     a report nor a quote
   */
  public static Inspection of(Bytes evidence) {
    return switch (EvidenceType.of(evidence)) {
      case SNP -> SnpInspection.of(evidence);
      case TDX -> TdxInspection.of(evidence);
    };
  }

  /** The inspection as an object. */
  public Json.Obj toJson() {
    List<Json> all = new ArrayList<>();
    for (Field field : fields) {
      all.add(
          Json.object()
              .put("offset", field.offset())
              .put("size", field.size())
              .put("name", field.name())
              .put("value", field.value())
              .put("meaning", field.meaning())
              .build());
    }
    return Json.object()
        .put("type", type)
        .put("fields", Json.of(all))
        .put("odd", Json.ofStrings(odd))
        .build();
  }

  /** Collects the fields of one piece of evidence. Used by one thread. */
  static final class Page {

    private final Bytes raw;
    private final List<Field> fields = new ArrayList<>();
    private final List<String> odd = new ArrayList<>();

    Page(Bytes raw) {
      this.raw = raw;
    }

    Page add(int offset, int size, String name) {
      return add(offset, size, name, "");
    }

    /** A field shown as its bytes. */
    Page add(int offset, int size, String name, String meaning) {
      Bytes value = raw.slice(offset, offset + size);
      fields.add(new Field(offset, size, name, value.toHex(), meaning));
      return this;
    }

    /** A little-endian number of 1, 2 or 4 bytes. */
    Page number(int offset, int size, String name, String meaning) {
      long value =
          switch (size) {
            case 1 -> raw.at(offset);
            case 2 -> raw.u16le(offset);
            default -> raw.u32le(offset);
          };
      fields.add(new Field(offset, size, name, Long.toUnsignedString(value), meaning));
      return this;
    }

    void oddIf(boolean condition, String sentence) {
      if (condition) {
        odd.add(sentence);
      }
    }

    Inspection end(String type) {
      return new Inspection(type, fields, odd);
    }
  }
}
