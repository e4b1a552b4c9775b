package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies the members of one layer to a tree (OCI Image Specification, layer.md). Whiteouts concern
 * what lower layers left there, never what this layer itself brought, in whatever order they come.
 */
final class LayerChanges {

  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private record Name(FileNode.Directory directory, String name) {}

  private final FileTree tree;
  private final RootPath paths;
  private final String where;

  private final int layer;

  /** The names that this layer put as links; its other nodes carry its number. */
  private final Set<Name> ownLinks = new HashSet<>();

  /**
   * @param layer number of the layer, larger than those of the layers below
   */
  LayerChanges(FileTree tree, int layer, String where) {
    this.layer = layer;
    this.tree = tree;
    this.paths = new RootPath(tree.root(), where);
    this.where = where;
  }

  void apply(TarEntry entry, FileContent content) {
    List<String> components = paths.components(entry.name());
    if (components.isEmpty()) {
      if (entry.type() == TarEntry.Type.DIRECTORY) {
        tree.root().setAttributes(entry.attributes());
        return;
      }
      throw bad(entry, "is the root and no directory");
    }
    String name = components.getLast();
    List<String> parents = components.subList(0, components.size() - 1);
    if (name.startsWith(WHITEOUT)) {
      whiteout(paths.directory(parents, (_, _) -> null), name, entry);
      return;
    }
    FileNode.Directory parent = paths.directory(parents, this::makeMissing);
    if (parent == null) {
      throw bad(entry, "has no directory");
    }
    put(parent, name, entry, content);
  }

  private FileNode.Directory makeMissing(FileNode.Directory parent, String name) {
    FileNode.Directory made = new FileNode.Directory(tree.missingDirectories());
    made.setLayer(layer);
    FileTree.attach(parent, name, made);
    return made;
  }

  private void put(FileNode.Directory parent, String name, TarEntry entry, FileContent content) {
    FileNode before = parent.entry(name);
    if (before instanceof FileNode.Directory && entry.type() == TarEntry.Type.DIRECTORY) {
      before.setAttributes(entry.attributes());
      before.setLayer(layer);
      return;
    }
    FileNode node = node(entry, content);
    if (entry.type() == TarEntry.Type.HARD_LINK) {
      ownLinks.add(new Name(parent, name));
    } else {
      node.setLayer(layer);
    }
    if (node != before) {
      FileTree.attach(parent, name, node);
    }
  }

  private FileNode node(TarEntry entry, FileContent content) {
    FileAttributes attributes = entry.attributes();
    return switch (entry.type()) {
      case FILE -> new FileNode.Regular(attributes, content);
      case DIRECTORY -> new FileNode.Directory(attributes);
      case SYMLINK -> new FileNode.Symlink(attributes, linkTarget(entry));
      case FIFO -> new FileNode.Fifo(attributes);
      case HARD_LINK -> linked(entry);
      case DEVICE ->
          throw new CloisterException(
              ImageError.LAYER_DEVICE,
              where,
              "\"" + RootPath.shown(entry.name()) + "\" is a device node");
    };
  }

  private String linkTarget(TarEntry entry) {
    String target = entry.linkName();
    if (target.isEmpty() || target.length() >= BlockOutput.BLOCK || target.indexOf('\0') >= 0) {
      throw bad(entry, "is a symbolic link without a possible target");
    }
    return target;
  }

  private FileNode linked(TarEntry entry) {
    List<String> components = paths.components(entry.linkName());
    if (!components.isEmpty()) {
      FileNode.Directory parent =
          paths.directory(components.subList(0, components.size() - 1), (_, _) -> null);
      FileNode node = parent == null ? null : parent.entry(components.getLast());
      if (node != null && !(node instanceof FileNode.Directory)) {
        return node;
      }
    }
    throw bad(
        entry, "is a link to \"" + RootPath.shown(entry.linkName()) + "\", which is no file here");
  }

  private void whiteout(FileNode.@Nullable Directory parent, String name, TarEntry entry) {
    if (parent == null) {
      return;
    }
    if (name.equals(OPAQUE)) {
      purgeChildren(parent);
      return;
    }
    String hidden = name.substring(WHITEOUT.length());
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw bad(entry, "is a whiteout of nothing");
    }
    purge(parent, hidden);
  }

  private void purgeChildren(FileNode.Directory directory) {
    for (String name : List.copyOf(directory.entries().keySet())) {
      purge(directory, name);
    }
  }

  /** Takes a name away unless this layer put it, or a name below it. */
  private void purge(FileNode.Directory parent, String name) {
    FileNode node = parent.entry(name);
    if (node == null) {
      return;
    }
    if (node instanceof FileNode.Directory directory) {
      purgeChildren(directory);
      if (!directory.entries().isEmpty()) {
        return;
      }
    }
    if (node.layer() != layer && !ownLinks.contains(new Name(parent, name))) {
      FileTree.detach(parent, name);
    }
  }

  private CloisterException bad(TarEntry entry, String detail) {
    return new CloisterException(
        ImageError.BAD_LAYER, where, "\"" + RootPath.shown(entry.name()) + "\" " + detail);
  }
}
