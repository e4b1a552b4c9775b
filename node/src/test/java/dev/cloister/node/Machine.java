package dev.cloister.node;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** What exists on this machine, to compare before and after. */
final class Machine {

  private Machine() {}

  /** Namespaces, interfaces, mounts and QEMU processes, without what changes by itself. */
  static List<String> inventory() throws Exception {
    TreeSet<String> found = new TreeSet<>();
    found.addAll(prefixed("netns ", say("ip", "netns", "list")));
    for (String line : say("ip", "-o", "link", "show").lines().toList()) {
      found.add("link " + line.split(": ", 3)[1]);
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      found.add("mount " + line.split(" ", -1)[1]);
    }
    found.addAll(prefixed("process ", say("pgrep", "-a", "qemu-system")));
    return List.copyOf(found);
  }

  static String say(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }

  private static List<String> prefixed(String prefix, String lines) {
    return lines.lines().map(line -> prefix + line).toList();
  }
}
