package dev.cloister.agent;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The kernel's log, which the host sees on the VM's console. Nothing secret goes there. */
final class Console {

  private static final int MAX_LINE = 900;

  private Console() {}

  /** One line for people. */
  static void say(String text) {
    write("<1>cloister-agent: " + text);
  }

  /** Says why, and ends the agent; the init powers the VM off. */
  static void fatal(String reason) {
    write("<0>cloister-agent: FATAL " + reason);
    Runtime.getRuntime().halt(1);
  }

  private static void write(String line) {
    String one = line.replace('\n', ' ');
    String cut = one.length() > MAX_LINE ? one.substring(0, MAX_LINE) : one;
    try (FileOutputStream log = new FileOutputStream("/dev/kmsg")) {
      log.write((cut + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      System.err.println(cut);
    }
  }
}
