package dev.cloister.image;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files in memory, contents aside: what an image is before it is written. Paths are
 * separated by slashes, relative to the root; leading slashes and empty components mean nothing;
 * {@code .} and {@code ..} are refused, and no path goes through a symbolic link. Directories that
 * are missing on the way are made with the attributes given to the constructor. What stands at a
 * path already is replaced, except that a directory put on a directory only changes its attributes.
 * Not thread-safe.
 */
public final class FileTree {

  private final FileNode.Directory root;
  private final FileAttributes missingDirectories;

  /**
   * An empty tree.
   *
   * @param missingDirectories what the root, and directories that nobody described, are given
   */
  public FileTree(FileAttributes missingDirectories) {
    this.root = new FileNode.Directory(missingDirectories);
    this.root.addLink(1);
    this.missingDirectories = missingDirectories;
  }

  /** The root directory. */
  public FileNode.Directory root() {
    return root;
  }

  /** What directories that nobody described are given. */
  FileAttributes missingDirectories() {
    return missingDirectories;
  }

  /** Puts a directory; the empty path is the root, whose attributes are set. */
  public FileNode.Directory directory(String path, FileAttributes attributes) {
    FileNode.Directory at = root;
    for (String name : components(path)) {
      at = enter(at, name, path);
    }
    at.setAttributes(attributes);
    return at;
  }

  /** Puts a regular file. */
  public FileNode.Regular file(String path, FileContent content, FileAttributes attributes) {
    FileNode.Regular node = new FileNode.Regular(attributes, content);
    put(path, node);
    return node;
  }

  /** Puts a symbolic link; the target is only data. */
  public FileNode.Symlink symlink(String path, String target, FileAttributes attributes) {
    FileNode.Symlink node = new FileNode.Symlink(attributes, ByteName.ofText(target));
    put(path, node);
    return node;
  }

  /** Puts a named pipe. */
  public FileNode.Fifo fifo(String path, FileAttributes attributes) {
    FileNode.Fifo node = new FileNode.Fifo(attributes);
    put(path, node);
    return node;
  }

  /** Puts a device node; {@link ErofsWriter} writes it only where its caller allowed devices. */
  public FileNode.Device device(
      String path, boolean block, int major, int minor, FileAttributes attributes) {
    FileNode.Device node = new FileNode.Device(attributes, block, major, minor);
    put(path, node);
    return node;
  }

  /**
   * Puts another name for what stands at {@code existing}, which is no directory.
   *
   * @throws IllegalArgumentException where nothing stands there, or a directory
   */
  public void hardLink(String path, String existing) {
    FileNode node = find(existing);
    if (node == null || node instanceof FileNode.Directory) {
      throw new IllegalArgumentException("no file to link to: " + existing);
    }
    if (find(path) != node) {
      put(path, node);
    }
  }

  /** Takes away what stands at the path, with everything below it. */
  public void remove(String path) {
    String[] names = components(path);
    FileNode.Directory at = root;
    for (int i = 0; i < names.length - 1; i++) {
      if (!(at.entry(names[i]) instanceof FileNode.Directory next)) {
        return;
      }
      at = next;
    }
    detach(at, names[names.length - 1]);
  }

  /** What stands at the path, or null; symbolic links are not followed. */
  public @Nullable FileNode find(String path) {
    FileNode at = root;
    for (String name : components(path)) {
      if (!(at instanceof FileNode.Directory directory)) {
        return null;
      }
      FileNode next = directory.entry(name);
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }

  /** Shows every name but the root's, directories before what they hold, sorted by bytes. */
  public void walk(Visitor visitor) throws IOException {
    walk("", root, visitor);
  }

  private static void walk(String path, FileNode.Directory directory, Visitor visitor)
      throws IOException {
    for (Map.Entry<String, FileNode> entry : directory.entries().entrySet()) {
      String child = path.isEmpty() ? entry.getKey() : path + "/" + entry.getKey();
      visitor.visit(child, entry.getValue());
      if (entry.getValue() instanceof FileNode.Directory next) {
        walk(child, next, visitor);
      }
    }
  }

  /** Looks at the names of a tree. */
  @FunctionalInterface
  public interface Visitor {
    /** Called with the path as a byte string ({@link ByteName}) and the node. */
    void visit(String bytePath, FileNode node) throws IOException;
  }

  private void put(String path, FileNode node) {
    String[] names = components(path);
    if (names.length == 0) {
      throw new IllegalArgumentException("the root is a directory");
    }
    FileNode.Directory at = root;
    for (int i = 0; i < names.length - 1; i++) {
      at = enter(at, names[i], path);
    }
    attach(at, names[names.length - 1], node);
  }

  private FileNode.Directory enter(FileNode.Directory at, String name, String path) {
    FileNode next = at.entry(name);
    if (next == null) {
      FileNode.Directory made = new FileNode.Directory(missingDirectories);
      attach(at, name, made);
      return made;
    }
    if (next instanceof FileNode.Directory directory) {
      return directory;
    }
    throw new IllegalArgumentException("not a directory on the way to " + path + ": " + name);
  }

  /** Puts a new node under a byte name, replacing what was there. */
  static void attach(FileNode.Directory parent, String byteName, FileNode node) {
    detach(parent, byteName);
    parent.modifiableEntries().put(byteName, node);
    node.addLink(1);
  }

  /** Takes a byte name away with all below it. */
  static void detach(FileNode.Directory parent, String byteName) {
    FileNode gone = parent.modifiableEntries().remove(byteName);
    if (gone != null) {
      release(gone);
    }
  }

  private static void release(FileNode gone) {
    gone.addLink(-1);
    if (gone instanceof FileNode.Directory directory) {
      directory.entries().values().forEach(FileTree::release);
    }
  }

  private static String[] components(String path) {
    String[] names =
        java.util.Arrays.stream(path.split("/", -1))
            .filter(name -> !name.isEmpty())
            .map(ByteName::ofText)
            .toArray(String[]::new);
    for (String name : names) {
      if (name.equals(".") || name.equals("..") || name.indexOf(0) >= 0 || name.length() > 255) {
        throw new IllegalArgumentException("not a path in a tree: " + path);
      }
    }
    return names;
  }
}
