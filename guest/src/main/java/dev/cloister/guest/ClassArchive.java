package dev.cloister.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The class archive (static CDS) that lets the agent start without parsing and verifying its
 * classes. It is dumped by the guest's own runtime inside the guest's own root. Its bytes are the
 * same each time under these conditions: relative class path, one date of the jar, fixed heap,
 * fixed locale, a class list that is a source file.
 */
final class ClassArchive {

  private static final String CLASS_LIST = "classes.lst";
  private static final String JAVA = "/opt/jre/bin/java";
  private static final String DIRECTORY = "/opt/agent";

  /** The arguments that decide what the archive is; part of the image's key. */
  static final List<String> DUMP =
      List.of(
          JAVA,
          "-XX:+UseSerialGC",
          "-Xms32m",
          "-Xmx64m",
          "--enable-native-access=ALL-UNNAMED",
          "-Xlog:disable",
          "-Xlog:all=error:stdout",
          "-Xshare:dump",
          "-XX:+AOTClassLinking",
          "-XX:SharedClassListFile=/tmp/classes.lst",
          "-XX:SharedArchiveFile=agent.jsa",
          "-cp",
          "agent.jar");

  private ClassArchive() {}

  /** The checked-in list of classes of the platform and of lambda forms. */
  static byte[] checkedInList() throws IOException {
    try (InputStream in = ClassArchive.class.getResourceAsStream(CLASS_LIST)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + CLASS_LIST);
      }
      return in.readAllBytes();
    }
  }

  /**
   * Makes {@code opt/agent/agent.jsa} in the root, where {@code opt/agent/agent.jar} is, and proves
   * that the runtime accepts it.
   *
   * @param clock the library that stops the clock
   * @param agentClasses names of the agent's classes, all of which go into the archive
   */
  static void dump(Path root, Path clock, List<String> agentClasses) throws IOException {
    Path agent = root.resolve("opt/agent");
    Files.setLastModifiedTime(
        agent.resolve("agent.jar"), FileTime.fromMillis(GuestImageBuilder.TIME_SECONDS * 1000));
    Path list = Files.write(root.resolve("tmp/classes.lst"), list(agentClasses));
    Path library = Files.copy(clock, root.resolve("tmp/clock.so"));
    Path preload = Files.writeString(root.resolve("etc/ld.so.preload"), "/tmp/clock.so\n");
    IsolatedRoot isolated = new IsolatedRoot(root);
    isolated.run(DIRECTORY, DUMP, Duration.ofMinutes(2));
    for (Path helper : List.of(list, library, preload)) {
      Files.delete(helper);
    }
    isolated.run(DIRECTORY, acceptance(agent.resolve("jvm.args")), Duration.ofMinutes(1));
  }

  /** The agent's own options with an archive that must be usable, and no program. */
  private static List<String> acceptance(Path options) throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(Files.readAllLines(options));
    command.removeLast();
    command.addAll(List.of("-Xshare:on", "-version"));
    return command;
  }

  private static byte[] list(List<String> agentClasses) throws IOException {
    String checkedIn = new String(checkedInList(), StandardCharsets.UTF_8);
    Set<String> lines = new LinkedHashSet<>();
    for (String line : checkedIn.split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        lines.add(line);
      }
    }
    lines.addAll(agentClasses);
    List<String> all = new ArrayList<>(lines);
    return (String.join("\n", all) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
