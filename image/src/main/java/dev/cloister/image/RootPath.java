package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds directories inside a tree as the kernel would with that tree as its root: a symbolic link
 * on the way is followed, an absolute one from the tree's root, and {@code ..} at the root stays
 * there. Nothing outside the tree can be named.
 */
final class RootPath {

  private static final int MAX_LINKS = 40;
  private static final int MAX_DEPTH = 1024;
  private static final int MAX_PATH = 4096;
  private static final int MAX_NAME = 255;

  private final FileNode.Directory root;
  private final String where;

  RootPath(FileNode.Directory root, String where) {
    this.root = root;
    this.where = where;
  }

  /** Makes a directory that is missing on the way. */
  @FunctionalInterface
  interface Maker {
    FileNode.@Nullable Directory make(FileNode.Directory parent, String byteName);
  }

  /**
   * The components of a member's name: no empty ones and no {@code .}; {@code ..} is refused.
   *
   * @throws CloisterException with {@link ImageError#LAYER_ESCAPES} or {@link ImageError#LIMIT}
   */
  List<String> components(String name) {
    if (name.length() > MAX_PATH) {
      throw new CloisterException(ImageError.LIMIT, where, "a path of " + name.length() + " bytes");
    }
    List<String> components = new ArrayList<>();
    for (String component : name.split("/", -1)) {
      if (component.equals("..")) {
        throw new CloisterException(
            ImageError.LAYER_ESCAPES, where, "the path \"" + shown(name) + "\" contains '..'");
      }
      if (component.length() > MAX_NAME || component.indexOf('\0') >= 0) {
        throw new CloisterException(
            ImageError.BAD_LAYER, where, "a file name of more than 255 bytes or with a zero byte");
      }
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return components;
  }

  /** The directory that the components lead to, or null where there is none and none is made. */
  FileNode.@Nullable Directory directory(List<String> components, Maker maker) {
    Deque<FileNode.Directory> way = new ArrayDeque<>();
    Deque<String> todo = new ArrayDeque<>(components);
    way.push(root);
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (way.size() > 1) {
          way.pop();
        }
        continue;
      }
      FileNode found = way.element().entry(name);
      if (found instanceof FileNode.Symlink link) {
        if (++links > MAX_LINKS) {
          throw bad("too many symbolic links on the way to \"" + shown(components) + "\"");
        }
        follow(link, way, todo);
        continue;
      }
      FileNode.Directory next =
          switch (found) {
            case FileNode.Directory directory -> directory;
            case null -> maker.make(way.element(), name);
            default -> throw bad("\"" + shown(components) + "\" goes through a file");
          };
      if (next == null) {
        return null;
      }
      way.push(next);
      if (way.size() > MAX_DEPTH) {
        throw new CloisterException(ImageError.LIMIT, where, "directories nested too deep");
      }
    }
    return way.element();
  }

  private static void follow(
      FileNode.Symlink link, Deque<FileNode.Directory> way, Deque<String> todo) {
    String target = link.target();
    if (target.startsWith("/")) {
      while (way.size() > 1) {
        way.pop();
      }
    }
    for (String component : List.of(target.split("/", -1)).reversed()) {
      todo.push(component);
    }
  }

  static String shown(String name) {
    String text = ByteName.toText(name);
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }

  private static String shown(List<String> components) {
    return shown(String.join("/", components));
  }

  private CloisterException bad(String detail) {
    return new CloisterException(ImageError.BAD_LAYER, where, detail);
  }
}
