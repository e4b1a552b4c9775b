package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Small files of the kernel and of the agent, by {@code java.io}: few classes, no file systems. */
final class SmallFile {

  private static final int MAX = 64 * 1024;

  private SmallFile() {}

  /** The text of a file of at most 64 KiB, without blanks and line ends around it. */
  static String read(String path) throws IOException {
    try (FileInputStream in = new FileInputStream(path)) {
      return new String(in.readNBytes(MAX), StandardCharsets.UTF_8).strip();
    }
  }

  /** The text, or nothing where the file cannot be read. */
  static String readOrEmpty(String path) {
    try {
      return read(path);
    } catch (IOException _) {
      return "";
    }
  }

  static void write(String path, String text) {
    write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  static void write(String path, byte[] content) {
    try (FileOutputStream out = new FileOutputStream(path)) {
      out.write(content);
    } catch (IOException e) {
      throw new CloisterException(AgentError.MACHINE, path, String.valueOf(e.getMessage()), e);
    }
  }

  static void makeDirectory(String path) {
    File directory = new File(path);
    if (!directory.mkdirs() && !directory.isDirectory()) {
      throw new CloisterException(AgentError.MACHINE, path, "the directory cannot be made");
    }
  }

  /** Deletes a file, or a directory with what is in it; links are not followed. */
  static void deleteTree(File file) {
    File[] inside = Files.isSymbolicLink(file.toPath()) ? null : file.listFiles();
    if (inside != null) {
      for (File one : inside) {
        deleteTree(one);
      }
    }
    if (!file.delete() && file.exists()) {
      Console.say("it cannot be deleted: " + file);
    }
  }

  /** Names in a directory; none where it is not there. */
  static String[] list(String path) {
    String[] names = new File(path).list();
    return names == null ? new String[0] : names;
  }
}
