package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Path;

/** The document beside a disk: {@code {conversion, dataBlocks, root}}. */
final class DiskFacts {

  private DiskFacts() {}

  static ImageDisk parse(Bytes document, Path disk) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, JsonBudget.DOCUMENT), "disk");
    int conversion = (int) fields.integer("conversion", 1, Integer.MAX_VALUE);
    long dataBlocks = fields.integer("dataBlocks", 1, 0xffff_ffffL);
    Bytes root = fields.hex("root", 32);
    fields.end();
    return new ImageDisk(disk, VerityRoot.of(root, dataBlocks), conversion);
  }

  static Bytes write(VerityRoot verity) {
    return JsonWriter.canonicalBytes(
        Json.object()
            .put("conversion", ImageDisk.CONVERSION)
            .put("dataBlocks", verity.dataBlocks())
            .put("root", verity.root().toHex())
            .build());
  }
}
