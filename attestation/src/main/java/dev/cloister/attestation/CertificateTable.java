package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The table of certificates that travels with a report (AMD 56421 GHCB, section 4.1.8.1): rows of
 * GUID, offset and length, ended by a row of zeros, then the contents.
 *
 * @param entries at most 16, each GUID once
 */
public record CertificateTable(List<Entry> entries) {

  /** The largest table that is read, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_ENTRIES = 16;
  private static final int ROW = 24;

  /** What an entry holds; the GUIDs are from the same section. */
  public enum Kind {
    /** The key of the chip. */
    VCEK("63da758de6644564adc5f4b93be8accd"),
    /** The key of the cloud. */
    VLEK("a8074bc2a25a483eaae639c045a0b8a1"),
    /** The authority that signed either of them. */
    ASK("4ab7b379bbac4fe4a02f05aef327c782"),
    /** The root. It is never trusted because it is here. */
    ARK("c0b406a4a803495297433fb6014cd0ae"),
    /** The root's revocation list. */
    CRL("92f81bc358114d3d97ffd19f88dc67ea");

    private final String guid;

    Kind(String guid) {
      this.guid = guid;
    }

    /** 16 bytes in the order of the text form. */
    public Bytes guid() {
      return Bytes.ofHex(guid);
    }
  }

  /**
   * One entry.
   *
   * @param guid 16 bytes, not all zero
   * @param content not empty
   */
  public record Entry(Bytes guid, Bytes content) {
    public Entry {
      if (guid.size() != 16 || guid.isAllZero() || content.isEmpty()) {
        throw malformed("an entry without GUID or content");
      }
    }

    /** An entry of a known kind. */
    public static Entry of(Kind kind, Bytes content) {
      return new Entry(kind.guid(), content);
    }
  }

  public CertificateTable {
    entries = List.copyOf(entries);
    Set<Bytes> guids = new HashSet<>();
    for (Entry entry : entries) {
      if (!guids.add(entry.guid())) {
        throw malformed("GUID " + entry.guid().toHex() + " stands twice");
      }
    }
    if (entries.size() > MAX_ENTRIES) {
      throw malformed("more than " + MAX_ENTRIES + " entries");
    }
  }

  /**
   * Reads a table.
   *
   * @throws CloisterException with {@link AttestationError#CERTIFICATE_TABLE_MALFORMED}
   */
  public static CertificateTable parse(Bytes table) {
    if (table.size() > MAX_BYTES) {
      throw malformed(table.size() + " bytes where " + MAX_BYTES + " are allowed");
    }
    int rows = 0;
    while (!row(table, rows).isAllZero()) {
      rows++;
      if (rows > MAX_ENTRIES) {
        throw malformed("more than " + MAX_ENTRIES + " entries");
      }
    }
    int firstContent = (rows + 1) * ROW;
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      Bytes row = row(table, i);
      long from = row.u32le(16);
      long to = from + row.u32le(20);
      if (from < firstContent || to > table.size()) {
        throw malformed("entry " + i + " lies outside the contents");
      }
      entries.add(new Entry(row.slice(0, 16), table.slice((int) from, (int) to)));
    }
    return new CertificateTable(entries);
  }

  private static Bytes row(Bytes table, int index) {
    int from = index * ROW;
    if (from + ROW > table.size()) {
      throw malformed("the ending row is missing");
    }
    return table.slice(from, from + ROW);
  }

  /** The table's bytes, contents in the order of the rows. */
  public Bytes toBytes() {
    int offset = (entries.size() + 1) * ROW;
    ByteBuffer rows = ByteBuffer.allocate(offset).order(ByteOrder.LITTLE_ENDIAN);
    Bytes contents = Bytes.EMPTY;
    for (Entry entry : entries) {
      rows.put(entry.guid().toArray()).putInt(offset + contents.size());
      rows.putInt(entry.content().size());
      contents = Bytes.concat(contents, entry.content());
    }
    return Bytes.concat(Bytes.of(rows.array()), contents);
  }

  /** The contents of the entries that are certificates. */
  public List<Bytes> certificates() {
    return entries.stream()
        .filter(entry -> !entry.guid().equals(Kind.CRL.guid()) && isKnown(entry.guid()))
        .map(Entry::content)
        .toList();
  }

  /** The contents of the entries that are revocation lists: one or none. */
  public List<Bytes> revocationLists() {
    return entries.stream()
        .filter(entry -> entry.guid().equals(Kind.CRL.guid()))
        .map(Entry::content)
        .toList();
  }

  private static boolean isKnown(Bytes guid) {
    for (Kind kind : Kind.values()) {
      if (kind.guid().equals(guid)) {
        return true;
      }
    }
    return false;
  }

  private static CloisterException malformed(String detail) {
    return new CloisterException(
        AttestationError.CERTIFICATE_TABLE_MALFORMED, "certificateTable", detail);
  }
}
