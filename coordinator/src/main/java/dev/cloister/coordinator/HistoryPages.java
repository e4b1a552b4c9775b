package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.rpc.CoordinatorMessages.Entry;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryRequest;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a history into pages of at most {@value #PAGE_SIZE} bytes of documents. A manifest that is
 * that of the entry before does not travel; one that is longer than a page travels in pieces.
 */
final class HistoryPages {

  /** Well below a frame; many may be under way at once. */
  static final int PAGE_SIZE = 256 << 10;

  private static final int MAX_ENTRIES = 1000;

  private HistoryPages() {}

  /**
   * One page.
   *
   * @throws CloisterException with {@link CoordinatorError#BAD_REQUEST}
   */
  static GetHistoryResponse page(List<HistoryEntry> entries, GetHistoryRequest request) {
    long after = request.afterNumber();
    if (after < 0 || after > entries.size()) {
      throw bad("afterNumber", after + " of " + entries.size());
    }
    List<Entry> page = new ArrayList<>();
    int at = (int) after;
    long offset = request.manifestOffset();
    int left = PAGE_SIZE;
    while (at < entries.size() && page.size() < MAX_ENTRIES) {
      Bytes manifest = travels(entries, at) ? entries.get(at).manifest() : Bytes.EMPTY;
      Bytes signed = entries.get(at).transition().document();
      int rest = left - signed.size();
      Bytes piece = piece(manifest, offset, page.isEmpty() ? Math.max(rest, 0) : manifest.size());
      if (!page.isEmpty() && piece.size() > rest) {
        break;
      }
      page.add(new Entry(signed, piece, manifest.size()));
      left = rest - piece.size();
      if (offset + piece.size() < manifest.size()) {
        return new GetHistoryResponse(page, true);
      }
      offset = 0;
      at++;
    }
    return new GetHistoryResponse(page, at < entries.size());
  }

  private static boolean travels(List<HistoryEntry> entries, int at) {
    return at == 0 || !entries.get(at - 1).manifest().equals(entries.get(at).manifest());
  }

  private static Bytes piece(Bytes manifest, long offset, int most) {
    if (offset < 0 || (offset > 0 && offset >= manifest.size())) {
      throw bad("manifestOffset", offset + " of " + manifest.size());
    }
    int from = (int) offset;
    return manifest.slice(from, (int) Math.min(manifest.size(), (long) from + most));
  }

  private static CloisterException bad(String path, String detail) {
    return new CloisterException(CoordinatorError.BAD_REQUEST, path, detail);
  }
}
