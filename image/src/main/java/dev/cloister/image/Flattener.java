package dev.cloister.image;

import com.github.luben.zstd.ZstdIOException;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes one tree of the layers of an image, the lowest first (OCI Image Specification, layer.md,
 * "Applying Changesets"), and an EROFS image of the tree. Contents are written into the image as
 * they come by; what a later layer hides is squeezed out at the end, so that the image depends on
 * the flattened files and their order in the layers only. In memory are the names and attributes,
 * never contents. One use, one thread.
 */
final class Flattener {

  private static final int BLOCK = BlockOutput.BLOCK;

  /** Directories that no layer describes: root's, open to all, of the year 1970. */
  private static final FileAttributes MISSING = FileAttributes.ofRoot(0755, 0);

  private final FileChannel channel;
  private final FlattenLimits limits;
  private final BlockOutput out;
  private final FileTree tree = new FileTree(MISSING);
  private long bytes;
  private long entries;
  private int layers;

  /**
   * @param channel the image, empty and open for reading and writing
   */
  Flattener(FileChannel channel, FlattenLimits limits) {
    this.channel = channel;
    this.limits = limits;
    this.out = new BlockOutput(channel, BLOCK);
  }

  /** Unpacked bytes of all layers so far. */
  long bytes() {
    return bytes;
  }

  /**
   * Lays one layer over those before; the blob stays open.
   *
   * @param where names the layer in errors
   * @param diffId the digest that its unpacked bytes must have
   */
  void add(InputStream blob, MediaType.Packing packing, String where, Digest diffId)
      throws IOException {
    try (LayerInput layer = new LayerInput(blob, packing, limits, bytes, where)) {
      apply(new TarReader(layer, where), new LayerChanges(tree, ++layers, where), where);
      layer.drain();
      bytes += layer.count();
      Digest found = layer.diffId();
      if (!found.equals(diffId)) {
        throw new CloisterException(
            ImageError.BLOB_DIFFERS, where, "unpacked it is " + found + ", not " + diffId);
      }
    } catch (DamagedDataException | ZstdIOException e) {
      throw new CloisterException(ImageError.BAD_LAYER, where, "" + e.getMessage(), e);
    }
  }

  private void apply(TarReader archive, LayerChanges changes, String where) throws IOException {
    for (TarEntry entry = archive.next(); entry != null; entry = archive.next()) {
      if (++entries > limits.entries()) {
        throw new CloisterException(
            ImageError.LIMIT, where, "more than " + limits.entries() + " files");
      }
      FileContent content =
          entry.type() == TarEntry.Type.FILE
              ? store(archive.content(), entry.size())
              : FileContent.of(dev.cloister.encoding.Bytes.EMPTY);
      changes.apply(entry, content);
    }
  }

  private StoredContent store(InputStream in, long size) throws IOException {
    StoredContent stored = new StoredContent(channel, out.position() / BLOCK, size);
    out.write(in, size);
    out.fillBlock();
    return stored;
  }

  /** Writes the rest of the image; returns its blocks. */
  long finish() throws IOException {
    out.flush();
    long end = squeeze(live());
    return ErofsWriter.write(tree, channel, end * BLOCK, ErofsOptions.ofTime(MISSING.mtime()));
  }

  private List<StoredContent> live() throws IOException {
    List<StoredContent> live = new ArrayList<>();
    Set<FileNode> linked = new HashSet<>();
    tree.walk((_, node) -> {
      if (node instanceof FileNode.Regular file
          && file.content() instanceof StoredContent stored
          && (file.links() == 1 || linked.add(file))) {
        live.add(stored);
      }
    });
    live.sort(Comparator.comparingLong(StoredContent::firstBlock));
    return live;
  }

  /** Moves contents down over those that are gone; returns the first free block. */
  private long squeeze(List<StoredContent> live) throws IOException {
    long free = 1;
    for (StoredContent content : live) {
      move(content, free);
      free += content.blocks();
    }
    return free;
  }

  private void move(StoredContent content, long to) throws IOException {
    if (content.firstBlock() != to) {
      ByteBuffer piece = ByteBuffer.allocate(64 * BLOCK);
      for (long done = 0; done < content.blocks(); done += 64) {
        piece.clear().limit((int) Math.min(64, content.blocks() - done) * BLOCK);
        BlockOutput.readFully(channel, piece, (content.firstBlock() + done) * BLOCK);
        BlockOutput.writeFully(channel, piece.flip(), (to + done) * BLOCK);
      }
      content.moveTo(to);
    }
  }
}
